import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { AbsolutePath } from '../../../../src/base/path.ts';
import type { IpcSession } from '../../../../src/execute/ipc/session.ts';
import { clientModules, withClient, withModule } from '../../../harness/client-scripts.ts';
import { ipcHost, RawClient, reportsOf, startSession } from '../../../harness/ipc.ts';
import { recordedFrames } from './frames/recorded.ts';

// Protocol, server thread and client, without a scheduler and without a cache.

const nodeClient = fileURLToPath(new URL('../../../../dist/node-client.cjs', import.meta.url)) as AbsolutePath;

/** Runs `node` in a session to its end; what it printed. */
async function runIn(session: IpcSession, args: readonly string[]): Promise<string> {
  const env = { PATH: process.env['PATH'], ...session.env, VP_RUN_NODE_CLIENT_PATH: nodeClient };
  const child = spawn(process.execPath, args, { env, cwd: '/', stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'close');
  let text = '';
  for await (const chunk of child.stdout) text += String(chunk);
  expect(await ended).toEqual([0, null]);
  return text;
}

const everyCall = `
client.ignoreInput('in'); client.ignoreOutput('/out'); client.disableCache();
console.log(JSON.stringify([client.getEnv('A'), client.getEnv('B'), client.getEnv('C', { tracked: false }), client.getEnvs('V_*')]));
`;

test.each(clientModules)('%s is understood in every call', async (_name, module) => {
  const session = await startSession({ A: '1', V_1: 'x', V_2: 'y' });
  expect(JSON.parse(await runIn(session, withModule(module, everyCall)))).toEqual(['1', null, null, { V_1: 'x', V_2: 'y' }]);
  expect(await reportsOf(session)).toEqual({
    ignoredInputs: ['/in'],
    ignoredOutputs: ['/out'],
    cacheDisabled: true,
    trackedNames: ['A', 'B'],
    trackedPatterns: [{ glob: 'V_*' }],
    trouble: undefined,
  });
});

test('what is said in worker threads, in child processes and at the exit counts', async () => {
  const script = `
const { Worker } = require('node:worker_threads');
const { spawnSync } = require('node:child_process');
const say = (path) => 'require(process.env.VP_RUN_NODE_CLIENT_PATH).load().ignoreInput(' + JSON.stringify(path) + ')';
spawnSync(process.execPath, ['-e', say('/child')]);
for (const name of ['/a', '/b']) new Worker(say(name), { eval: true });
process.on('exit', () => client.ignoreInput('/exit'));
`;
  const session = await startSession();
  await runIn(session, withClient(script));
  expect((await reportsOf(session)).ignoredInputs.toSorted()).toEqual(['/a', '/b', '/child', '/exit']);
});

test('a server that is gone in the middle takes nothing from the tool', async () => {
  const host = ipcHost();
  const session = await startSession({ A: '1' }, host);
  const script = `
console.log(client.getEnv('A'));
require('node:fs').readSync(0, Buffer.alloc(1));
client.disableCache(); client.ignoreInput('/x');
console.log(client.getEnv('A'), JSON.stringify(client.getEnvs('*')));
`;
  const env = { PATH: process.env['PATH'], ...session.env, VP_RUN_NODE_CLIENT_PATH: nodeClient };
  const child = spawn(process.execPath, withClient(script), { env, stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'close');
  const lines = child.stdout.setEncoding('utf8')[Symbol.asyncIterator]();
  expect((await lines.next()).value).toBe('1\n');
  session.abandon();
  await host.servers.close();
  child.stdin.end('.');
  expect((await lines.next()).value).toBe('undefined {}\n');
  expect(await ended).toEqual([0, null]);
});

test('what clients of version 1 said when it was new is understood as it was then', async () => {
  const session = await startSession({ API_URL: 'u', CI: '1', VITE_A: 'a', NODE_X: 'x', APP_B: 'b' });
  const client = await RawClient.greeted(session);
  const [, ...frames] = recordedFrames('client-v1');
  client.write(frames.map((frame) => `${frame}\n`).join(''));
  const questions = frames.filter((frame) => frame.includes('"getEnv'));
  const answers = [];
  for (const _ of questions) answers.push(await client.answer());
  expect(answers.slice(0, 3)).toEqual([
    { type: 'env', value: 'u' },
    { type: 'env', value: '1' },
    { type: 'envs', values: [['VITE_A', 'a']] },
  ]);
  expect(await reportsOf(session)).toEqual({
    ignoredInputs: ['/cache', '/cache/\uDCFF'],
    ignoredOutputs: ['/dist/größe'],
    cacheDisabled: true,
    trackedNames: ['API_URL'],
    trackedPatterns: [{ glob: 'VITE_*' }, { prefix: 'APP_' }],
    trouble: undefined,
  });
});

test('members that a later client adds are left alone', async () => {
  const session = await startSession({ A: '1' });
  const client = await RawClient.greeted(session, { pid: 7, features: ['later'] });
  client.write('{"type":"getEnv","name":"A","reason":"because"}\n');
  expect(await client.answer()).toEqual({ type: 'env', value: '1' });
});
