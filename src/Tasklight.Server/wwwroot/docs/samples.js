// Samples of one call in three languages. They are text for people to copy, never run here.

const Placeholder = { string: '…', integer: 1, number: 1, boolean: true };

/** An example value of a schema: what a caller must or would usually send. */
export function example(schema, resolve, depth = 0) {
  schema = resolve(schema) ?? {};
  if (schema.examples?.length) return schema.examples[0];
  if (schema.default !== undefined) return schema.default;
  if (schema.enum?.length) return schema.enum[0];
  const type = [schema.type].flat().find(word => word && word !== 'null');
  const first = (schema.oneOf ?? schema.anyOf ?? [])[0];
  if (first) return example(first, resolve, depth);
  if (type === 'array') return depth > 2 ? [] : [example(schema.items ?? {}, resolve, depth + 1)];
  if (type === 'object' || schema.properties) {
    const wanted = Object.entries(schema.properties ?? {}).filter(([name]) => depth > 2 ? false : isUsual(name, schema));
    return Object.fromEntries(wanted.map(([name, inner]) => [name, example(inner, resolve, depth + 1)]));
  }
  if (schema.format === 'date-time') return '2026-05-13T10:12:04Z';
  return Placeholder[type] ?? null;
}

const Usual = new Set(['input', 'text', 'name', 'status', 'result', 'task_id', 'wait_node_id', 'execution_id', 'type', 'data', 'time', 'organization_id', 'scopes']);

function isUsual(name, schema) {
  return schema.required?.includes(name) || Usual.has(name);
}

/** The call as curl, .NET and Python, by name. */
export function samples(operation, origin, resolve) {
  const path = operation.path.replace(/\{([^}]+)\}/g, (_, name) => name.toUpperCase());
  const content = operation.requestBody?.content?.['application/json'];
  const body = content ? example(content.schema, resolve) : undefined;
  const isStream = Object.values(operation.responses ?? {}).some(answer => answer.content?.['text/event-stream']);
  const call = { method: operation.method.toUpperCase(), url: origin + path, needsKey: operation.security?.length > 0, body, isStream };
  return { curl: curl(call), '.NET': dotnet(call), Python: python(call) };
}

function curl({ method, url, needsKey, body, isStream }) {
  const lines = [`curl ${isStream ? '-N ' : ''}${method === 'GET' ? '' : `-X ${method} `}'${url}'`];
  if (needsKey) lines.push(`-H "x-api-key: $TASKLIGHT_API_KEY"`);
  if (body !== undefined) lines.push(`-H 'content-type: application/json'`, `-d '${JSON.stringify(body, null, 2).replaceAll("'", "'\\''")}'`);
  return lines.join(' \\\n  ');
}

function dotnet({ method, url, needsKey, body, isStream }) {
  const name = method[0] + method.slice(1).toLowerCase();
  const lines = ['using var http = new HttpClient();'];
  if (needsKey) lines.push('http.DefaultRequestHeaders.Add("x-api-key",', '    Environment.GetEnvironmentVariable("TASKLIGHT_API_KEY"));');
  lines.push(`using var request = new HttpRequestMessage(HttpMethod.${name},`, `    "${url}");`);
  if (body !== undefined) {
    lines.push('request.Content = new StringContent("""', ...JSON.stringify(body, null, 2).split('\n').map(line => '    ' + line), '    """, null, "application/json");');
  }
  if (isStream) {
    lines.push('using var answer = await http.SendAsync(request,', '    HttpCompletionOption.ResponseHeadersRead);',
      'await using var stream = await answer.Content.ReadAsStreamAsync();', 'await foreach (var item in SseParser.Create(stream).EnumerateAsync())', '    Console.WriteLine(item.Data);');
  } else {
    lines.push('using var answer = await http.SendAsync(request);', 'Console.WriteLine(await answer.Content.ReadAsStringAsync());');
  }
  return lines.join('\n');
}

function python({ method, url, needsKey, body, isStream }) {
  const lines = [needsKey ? 'import os, httpx' : 'import httpx', ''];
  const parts = [`"${method}", "${url}"`];
  if (needsKey) parts.push('headers={"x-api-key": os.environ["TASKLIGHT_API_KEY"]}');
  if (body !== undefined) parts.push(`json=${pythonValue(body, '    ')}`);
  const call = parts.join(',\n    ');
  if (isStream) {
    lines.push(`with httpx.stream(\n    ${call},\n    timeout=None,\n) as answer:`, '    for line in answer.iter_lines():', '        print(line)');
  } else {
    lines.push(`answer = httpx.request(\n    ${call},\n)`, 'print(answer.status_code, answer.text)');
  }
  return lines.join('\n');
}

function pythonValue(value, indent) {
  if (value === null) return 'None';
  if (value === true) return 'True';
  if (value === false) return 'False';
  const deeper = indent + '    ';
  if (Array.isArray(value)) return value.length ? `[\n${value.map(item => deeper + pythonValue(item, deeper)).join(',\n')},\n${indent}]` : '[]';
  if (typeof value === 'object') {
    const entries = Object.entries(value);
    return entries.length ? `{\n${entries.map(([key, item]) => `${deeper}"${key}": ${pythonValue(item, deeper)}`).join(',\n')},\n${indent}}` : '{}';
  }
  return JSON.stringify(value);
}
