// A small MCP server over standard input and output, with tools that do what servers should not.
import { closeSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const tools = ['echo', 'env', 'die', 'fade', 'hang', 'huge', 'noise'].map(name => ({ name, description: `Does ${name}.`, inputSchema: { type: 'object', properties: { text: { type: 'string' } } } }));
const send = message => process.stdout.write(JSON.stringify({ jsonrpc: '2.0', ...message }) + '\n');
const text = (id, value) => send({ id, result: { content: [{ type: 'text', text: value }] } });

if (process.argv[2] === 'broken') {
  console.error('the key is missing');
  process.exit(3);
}

createInterface({ input: process.stdin }).on('line', line => {
  const { id, method, params } = JSON.parse(line);
  if (method === 'initialize') return send({ id, result: { protocolVersion: '2025-06-18', capabilities: { tools: {} }, serverInfo: { name: 'stdio-double', version: '1' } } });
  if (method === 'tools/list') return send({ id, result: { tools } });
  if (method !== 'tools/call') return id === undefined ? undefined : send({ id, error: { code: -32601, message: `There is no ${method}.` } });
  switch (params.name) {
    case 'echo': return text(id, params.arguments.text ?? '');
    case 'env': return text(id, JSON.stringify(process.env));
    case 'die': console.error(`out of order with ${process.env.KEY}`); return process.exit(7);
    case 'fade': console.error('out of breath'); closeSync(1); return setTimeout(() => process.exit(8), 2_000);
    case 'hang': return writeFileSync(params.arguments.text, String(process.pid));
    case 'huge': return text(id, 'x'.repeat(200_000));
    case 'noise': process.stdout.write('this is no JSON\n'); return text(id, 'said after the noise');
    default: return send({ id, error: { code: -32602, message: `Unknown tool ${params.name}.` } });
  }
});
