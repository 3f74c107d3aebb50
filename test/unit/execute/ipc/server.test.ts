import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import type { IpcServer } from '../../../../src/execute/ipc/ports.ts';
import type { Request } from '../../../../src/execute/ipc/protocol.ts';
import { ServerThreads } from '../../../../workers/server-threads.ts';
import { ipcHost, RawClient, reportsOf, startSession } from '../../../harness/ipc.ts';

test('what a client reports is told when the session ends', async () => {
  const session = await startSession();
  const client = await RawClient.greeted(session);
  client.say({ type: 'ignoreInput', path: '/w/in' }, { type: 'ignoreOutput', path: '/w/out' }, { type: 'disableCache' });
  client.destroy();
  expect(await reportsOf(session)).toEqual({
    ignoredInputs: ['/w/in'],
    ignoredOutputs: ['/w/out'],
    cacheDisabled: true,
    trackedNames: [],
    trackedPatterns: [],
    trouble: undefined,
  });
});

test('a variable is served and tracked, also one that is not there', async () => {
  const session = await startSession({ A: '1' });
  const client = await RawClient.greeted(session);
  expect(await client.ask({ type: 'getEnv', name: 'A' })).toEqual({ type: 'env', value: '1' });
  expect(await client.ask({ type: 'getEnv', name: 'B' })).toEqual({ type: 'env', value: null });
  expect((await reportsOf(session)).trackedNames).toEqual(['A', 'B']);
});

test('a set of variables is served by glob and by prefix, sorted', async () => {
  const session = await startSession({ VITE_B: '2', VITE_A: '1', OTHER: '3' });
  const client = await RawClient.greeted(session);
  const values = [
    ['VITE_A', '1'],
    ['VITE_B', '2'],
  ];
  expect(await client.ask({ type: 'getEnvs', glob: 'VITE_*' })).toEqual({ type: 'envs', values });
  expect(await client.ask({ type: 'getEnvs', prefix: 'VITE_' })).toEqual({ type: 'envs', values });
  expect((await reportsOf(session)).trackedPatterns).toEqual([{ glob: 'VITE_*' }, { prefix: 'VITE_' }]);
});

test('what is asked with `tracked: false` leaves no trace', async () => {
  const session = await startSession({ A: '1' });
  const client = await RawClient.greeted(session);
  await client.ask({ type: 'getEnv', name: 'A', tracked: false });
  await client.ask({ type: 'getEnvs', prefix: 'A', tracked: false });
  expect(await reportsOf(session)).toMatchObject({ trackedNames: [], trackedPatterns: [] });
});

test('names, values and paths may be any bytes', async () => {
  const session = await startSession({ 'N\uDCFF': 'V\uDCFE' });
  const client = await RawClient.greeted(session);
  client.say({ type: 'ignoreInput', path: base64(0x2f, 0xff) });
  expect(await client.ask({ type: 'getEnv', name: base64(0x4e, 0xff) })).toEqual({ type: 'env', value: base64(0x56, 0xfe) });
  const reports = await reportsOf(session);
  expect(reports.ignoredInputs).toEqual(['/\uDCFF']);
  expect(reports.trackedNames).toEqual(['N\uDCFF']);
});

test('a client sends its messages in pieces, or many at once', async () => {
  const session = await startSession({ A: '1' });
  const client = await RawClient.greeted(session);
  const one = { type: 'env', value: '1' };
  const question = '{"type":"getEnv","name":"A"}\n';
  client.write(question.slice(0, 9));
  client.write(question.slice(9) + question);
  expect([await client.answer(), await client.answer()]).toEqual([one, one]);
});

test('a thread serves one session after another, and nothing of the one before', async () => {
  const host = ipcHost();
  const first = await startSession({ A: '1' }, host);
  (await RawClient.greeted(first)).say({ type: 'disableCache' });
  expect((await reportsOf(first)).cacheDisabled).toBe(true);
  const second = await startSession({ A: '2' }, host);
  const client = await RawClient.greeted(second);
  expect(await client.ask({ type: 'getEnv', name: 'A' })).toEqual({ type: 'env', value: '2' });
  expect((await reportsOf(second)).cacheDisabled).toBe(false);
});

test('nobody is let in once the session has ended', async () => {
  const session = await startSession();
  await session.end();
  await expect(RawClient.connect(session)).rejects.toThrow(/ENOENT|ECONNREFUSED/);
});

test('more sessions than threads are kept apart, also when one of them is abandoned', async () => {
  const host = ipcHost();
  const sessions = await Promise.all(Array.from({ length: 20 }, (_, index) => startSession({ A: `${index}` }, host)));
  const clients = await Promise.all(sessions.map((session) => RawClient.greeted(session)));
  for (const [index, client] of clients.entries()) client.say({ type: 'ignoreInput', path: `/${index}` });
  sessions[3]?.abandon();
  await clients[3]?.closed;
  const others = [...sessions.keys()].filter((index) => index !== 3);
  for (const index of others) expect(await clients[index]?.ask({ type: 'getEnv', name: 'A' })).toEqual({ type: 'env', value: `${index}` });
  const reported = await Promise.all(others.map(async (index) => (await reportsOf(sessions[index]!)).ignoredInputs));
  expect(reported).toEqual(others.map((index) => [`/${index}`]));
});

test('an abandoned session gives back what is open at once', async () => {
  const session = await startSession();
  const client = await RawClient.greeted(session);
  session.abandon();
  await client.closed;
  expect(await session.end()).toEqual({ kind: 'unavailable', why: 'the run was cut short' });
});

test('64 clients at once may report 1,000 paths each', async () => {
  const session = await startSession();
  const clients = await Promise.all(Array.from({ length: 64 }, () => RawClient.greeted(session)));
  for (const [index, client] of clients.entries()) {
    client.say(...Array.from({ length: 1000 }, (_, path): Request => ({ type: 'ignoreInput', path: `/${index}/${path}` })));
  }
  await Promise.all(clients.map((client) => client.end()));
  expect((await reportsOf(session)).ignoredInputs).toHaveLength(64_000);
});

test('a thread that dies leaves no call pending', async () => {
  const servers = new ServerThreads();
  const session = await startSession({}, ipcHost(servers));
  await RawClient.greeted(session);
  const end = session.end();
  await servers.close();
  expect(await end).toMatchObject({ kind: 'unavailable', why: expect.stringContaining('its thread ended') });
});

function base64(...bytes: readonly number[]): { base64: string } {
  return { base64: Buffer.from(bytes).toString('base64') };
}

test('where somebody cleans up before anybody listens, a session is opened elsewhere', async () => {
  const threads = new ServerThreads();
  let cleanUps = 1;
  const take = (): IpcServer => {
    const server = threads.take();
    const listen: IpcServer['listen'] = (request) => {
      if (cleanUps-- > 0) rmSync(dirname(request.endpoint), { recursive: true });
      return server.listen(request);
    };
    return { ...server, listen };
  };
  const session = await startSession({}, ipcHost({ warmUp() {}, take, close: () => threads.close() }));
  (await RawClient.greeted(session)).say({ type: 'disableCache' });
  expect((await reportsOf(session)).cacheDisabled).toBe(true);
});
