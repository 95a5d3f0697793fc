// Draws /openapi/v1.json. Everything is text nodes: nothing in the document is ever taken for HTML.
import { samples } from './samples.js';

const Methods = ['get', 'post', 'patch', 'put', 'delete'];
const LanguageKey = 'tasklight-docs-language';
const content = document.getElementById('content');
const index = document.getElementById('index');
const search = document.getElementById('search');
const menu = document.getElementById('menu');

/** An element: `make('p', { class: 'note' }, 'text', child)`. */
function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (value !== undefined && value !== false) element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.flat(Infinity).filter(child => child !== undefined && child !== null && child !== false));
  return element;
}

/** Text in which `words` between backticks are code. */
function prose(text) {
  return (text ?? '').split(/(`[^`]+`)/).map(part => part.startsWith('`') ? make('code', null, part.slice(1, -1)) : part);
}

class Page {
  constructor(spec) {
    this.spec = spec;
    this.operations = Object.entries(spec.paths).flatMap(([path, item]) =>
      Methods.filter(method => item[method]).map(method => ({ ...item[method], method, path, id: item[method].operationId ?? method + path.replace(/\W+/g, '-') })));
    this.entries = [];
  }

  resolve = schema => {
    for (let hops = 0; schema?.$ref && hops < 8; hops++) {
      schema = schema.$ref.split('/').slice(1).reduce((at, key) => at?.[key.replaceAll('~1', '/').replaceAll('~0', '~')], this.spec);
    }
    return schema;
  };

  draw() {
    const { info } = this.spec;
    document.getElementById('version').textContent = info.version;
    content.replaceChildren(make('div', { class: 'welcome' },
      make('h1', null, 'API of this server'),
      info.description.split('\n\n').map(text => make('p', null, prose(text))),
      make('p', null, 'For tools: ', make('a', { href: '/openapi/v1.json' }, 'the OpenAPI 3.1 document'), '.')));
    for (const tag of this.tags()) this.drawTag(tag);
    this.nothing = make('p', { class: 'nothing', hidden: true, role: 'status' }, 'No route has these words.');
    content.append(this.nothing);
  }

  /** The document's own order where it gives one, else by first use. */
  tags() {
    const used = this.operations.map(operation => operation.tags?.[0] ?? 'Other');
    const ordered = (this.spec.tags ?? []).map(tag => tag.name).filter(name => used.includes(name));
    return [...new Set([...ordered, ...used])];
  }

  drawTag(tag) {
    const list = make('ul');
    const heading = make('h2', null, tag);
    const section = make('section', { 'aria-label': tag }, make('h2', null, tag));
    for (const operation of this.operations.filter(operation => (operation.tags?.[0] ?? 'Other') === tag)) {
      const article = this.article(operation);
      const link = make('a', { href: '#' + operation.id, title: operation.path }, make('span', { class: `method ${operation.method}` }, short(operation.method)), operation.summary ?? operation.path);
      const item = make('li', null, link);
      list.append(item);
      section.append(article);
      this.entries.push({ article, item, link, section, list, heading, words: `${operation.method} ${operation.path} ${operation.summary} ${operation.description ?? ''} ${operation.id} ${tag}`.toLowerCase() });
    }
    index.append(heading, list);
    content.append(section);
  }

  article(operation) {
    return make('article', { id: operation.id },
      make('h3', null, make('a', { href: '#' + operation.id }, operation.summary ?? operation.path)),
      make('p', { class: 'path' }, make('span', { class: `method ${operation.method}` }, operation.method.toUpperCase()), breakable(operation.path)),
      operation.description && make('p', null, prose(operation.description)),
      this.parameters(operation),
      this.body(operation),
      this.answers(operation),
      tabs(samples(operation, location.origin, this.resolve)));
  }

  parameters(operation) {
    const parameters = (operation.parameters ?? []).map(this.resolve);
    if (!parameters.length) return null;
    return [make('h4', null, 'Parameters'), make('dl', null, parameters.map(parameter => make('div', null,
      make('dt', null, make('code', null, parameter.name), make('span', { class: 'kind' }, `${this.kind(parameter.schema)}, in ${parameter.in}`),
        parameter.required && make('span', { class: 'must' }, 'required')),
      make('dd', null, prose(parameter.description), this.words(parameter.schema)))))];
  }

  body(operation) {
    const body = this.resolve(operation.requestBody);
    if (!body) return null;
    return [make('h4', null, 'Body'), Object.entries(body.content).map(([type, { schema }]) =>
      this.fold(`${this.kind(schema)} · ${type}${body.required ? '' : ' · optional'}`, schema, 0))];
  }

  answers(operation) {
    return [make('h4', null, 'Answers'), make('dl', null, Object.entries(operation.responses ?? {}).map(([status, answer]) => {
      answer = this.resolve(answer);
      const [type, media] = Object.entries(answer.content ?? {})[0] ?? [];
      return make('div', null,
        make('dt', { class: 'answer' }, make('span', { class: `status ${status < '400' ? 'good' : 'bad'}` }, status), make('span', null, prose(answer.description))),
        media?.schema && status < '400' && make('dd', null, this.fold(`${this.kind(media.schema)} · ${type}`, media.schema, 0)));
    }))];
  }

  /** A schema that opens: its inside is made when it is first opened, because most never are. */
  fold(title, schema, depth) {
    const inner = this.inner(schema);
    if (!inner) return make('p', { class: 'kind' }, title);
    const details = make('details', null, make('summary', null, title));
    details.addEventListener('toggle', () => details.append(make('div', { class: 'inside' }, this.properties(inner, depth))), { once: true });
    return details;
  }

  /** The object a schema is, or is a list of; undefined when it has no properties to show. */
  inner(schema) {
    schema = this.resolve(schema) ?? {};
    const options = (schema.oneOf ?? schema.anyOf ?? []).map(this.resolve).filter(option => option?.type !== 'null');
    if (options.length === 1) return this.inner(options[0]);
    if (schema.items) return this.inner(schema.items);
    return schema.properties ? schema : undefined;
  }

  properties(schema, depth) {
    return make('dl', null, Object.entries(schema.properties).map(([name, property]) => {
      const resolved = this.resolve(property) ?? {};
      return make('div', null,
        make('dt', null, make('code', null, name), make('span', { class: 'kind' }, this.kind(property)),
          schema.required?.includes(name) && make('span', { class: 'must' }, 'required')),
        make('dd', null, prose(property.description ?? this.filled(property)?.description ?? resolved.description), this.words(property),
          depth < 6 && this.inner(property) && this.fold('Fields', property, depth + 1)));
    }));
  }

  /** Of a choice between null and something: the something. */
  filled(schema) {
    return (schema.oneOf ?? schema.anyOf)?.find(option => option.type !== 'null');
  }

  words(schema) {
    const words = this.resolve(this.filled(schema) ?? schema)?.enum;
    return words && make('div', { class: 'words' }, words.map(word => make('code', null, String(word))));
  }

  kind(schema) {
    const name = schema?.$ref?.split('/').pop();
    schema = this.resolve(schema) ?? {};
    if (name && schema.properties) return name;
    const options = schema.oneOf ?? schema.anyOf;
    if (options) return [...options].sort((a, b) => (a.type === 'null') - (b.type === 'null')).map(option => this.kind(option)).join(' or ');
    const types = [schema.type].flat().filter(Boolean).sort((a, b) => (a === 'null') - (b === 'null'));
    if (types.includes('array')) return `list of ${this.kind(schema.items)}${types.includes('null') ? ' or null' : ''}`;
    const format = schema.format === 'date-time' ? 'time' : undefined;
    return types.map(type => type === 'string' ? format ?? 'text' : type).join(' or ') || 'any JSON';
  }

  find(text) {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    for (const entry of this.entries) {
      const found = words.every(word => entry.words.includes(word));
      entry.article.hidden = entry.item.hidden = !found;
    }
    for (const { section, list, heading } of new Set(this.entries)) {
      const empty = !list.querySelector('li:not([hidden])');
      section.hidden = list.hidden = heading.hidden = empty;
    }
    this.nothing.hidden = this.entries.some(entry => !entry.article.hidden);
    content.querySelector('.welcome').hidden = words.length > 0;
    if (words.length) scrollTo({ top: 0, behavior: 'instant' });
  }

  /** Marks in the index what is on screen. */
  follow() {
    const watcher = new IntersectionObserver(seen => {
      for (const { target, isIntersecting } of seen) {
        const entry = this.entries.find(entry => entry.article === target);
        if (isIntersecting) this.mark(entry);
      }
    }, { rootMargin: '-15% 0px -75% 0px' });
    this.entries.forEach(entry => watcher.observe(entry.article));
  }

  mark(entry) {
    this.current?.link.removeAttribute('aria-current');
    this.current = entry;
    entry.link.setAttribute('aria-current', 'true');
    if (entry.link.offsetParent) index.scrollTo({ top: entry.link.offsetTop - index.clientHeight / 2 });
  }
}

function short(method) {
  return method === 'delete' ? 'DEL' : method.toUpperCase();
}

/** A path that may break behind its slashes. */
function breakable(path) {
  return path.split(/(?<=\/)/).flatMap(part => [make('wbr'), part]);
}

function tabs(texts) {
  const chosen = texts[localStorage.getItem(LanguageKey)] ? localStorage.getItem(LanguageKey) : Object.keys(texts)[0];
  const code = make('code');
  const buttons = Object.keys(texts).map(name => make('button', { type: 'button', role: 'tab', 'data-language': name, onclick: () => choose(name) }, name));
  const copy = make('button', { type: 'button', class: 'copy', onclick: async () => {
    await navigator.clipboard.writeText(code.textContent);
    copy.textContent = 'Copied';
    setTimeout(() => { copy.textContent = 'Copy'; }, 1500);
  } }, 'Copy');
  const box = make('div', { class: 'samples' }, make('div', { role: 'tablist', 'aria-label': 'Language' }, buttons, copy), make('pre', { tabindex: '0' }, code));
  box.show = name => {
    code.textContent = texts[name];
    buttons.forEach(button => button.setAttribute('aria-selected', String(button.dataset.language === name)));
  };
  box.show(chosen);
  return box;
}

function choose(name) {
  localStorage.setItem(LanguageKey, name);
  document.querySelectorAll('.samples').forEach(box => box.show(name));
}

function closeMenu() {
  index.classList.remove('open');
  menu.setAttribute('aria-expanded', 'false');
}

menu.addEventListener('click', () => menu.setAttribute('aria-expanded', String(index.classList.toggle('open'))));
index.addEventListener('click', event => event.target.closest('a') && closeMenu());
document.addEventListener('keydown', event => {
  if (event.key === '/' && document.activeElement !== search) {
    event.preventDefault();
    search.focus();
  } else if (event.key === 'Escape') {
    closeMenu();
  }
});

try {
  const answer = await fetch('/openapi/v1.json');
  if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
  const page = new Page(await answer.json());
  page.draw();
  page.follow();
  search.addEventListener('input', () => page.find(search.value));
  if (location.hash) document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView({ behavior: 'instant' });
} catch (problem) {
  content.replaceChildren(make('p', { role: 'alert' }, `The document could not be shown: ${problem.message}. It is at `, make('a', { href: '/openapi/v1.json' }, '/openapi/v1.json'), '.'));
}
