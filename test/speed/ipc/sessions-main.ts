import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { AbsolutePath } from '../../../src/base/path.ts';
import { Endpoints } from '../../../src/execute/ipc/endpoints.ts';
import { openSession, type IpcHost } from '../../../src/execute/ipc/session.ts';
import { ServerThreads } from '../../../workers/server-threads.ts';

/** Prints what a session adds to the start and the end of a step, and what a question costs a Node tool. */
const servers = new ServerThreads();
const nodeClient = fileURLToPath(new URL('./node-client.cjs', import.meta.url)) as AbsolutePath;
const host: IpcHost = { servers, endpoints: new Endpoints(), nodeClient };
const env = Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined));

const opened: number[] = [];
const ended: number[] = [];
for (let index = 0; index < 1000; index++) {
  const startedAt = performance.now();
  const session = await openSession(host, env);
  opened.push(performance.now() - startedAt);
  const endedAt = performance.now();
  await session.end();
  ended.push(performance.now() - endedAt);
}
print(`before a step: the first two ${opened.slice(0, 2).map(milliseconds).join(', ')}; then ${spread(opened.slice(2))}`);
print(`after a step: ${spread(ended.slice(2))}`);

const tool = `
const startedAt = performance.now();
const { getEnv } = require(process.env.VP_RUN_NODE_CLIENT_PATH).load();
getEnv('HOME');
const first = performance.now() - startedAt;
const taken = [];
for (let index = 0; index < 10_000; index++) {
  const at = performance.now();
  getEnv('HOME');
  taken.push(performance.now() - at);
}
console.log(JSON.stringify({ first, taken }));
`;
for (let round = 0; round < 3; round++) {
  const session = await openSession(host, env);
  const child = await run(['-e', tool], { ...env, ...session.env });
  await session.end();
  const { first, taken } = JSON.parse(child) as { first: number; taken: number[] };
  print(`a tool: loading and the first question ${milliseconds(first)}; 10,000 questions ${spread(taken)}`);
}
await servers.close();
host.endpoints.close();

async function run(args: readonly string[], childEnv: Readonly<Record<string, string | undefined>>): Promise<string> {
  const child = spawn(process.execPath, args, { env: childEnv, stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  for await (const chunk of child.stdout) text += String(chunk);
  return text;
}

function spread(numbers: readonly number[]): string {
  const sorted = [...numbers].sort((a, b) => a - b);
  const at = (share: number) => milliseconds(sorted[Math.floor(sorted.length * share)] ?? Number.NaN);
  return `median ${at(0.5)}, p99 ${at(0.99)}`;
}

function milliseconds(number: number): string {
  return number < 1 ? `${Math.round(number * 1000)} µs` : `${number.toFixed(2)} ms`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
