import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { encodeFrame, ipcLimits, ipcVariables } from '../../../../src/execute/ipc/protocol.ts';
import { RawClient, reportsOf, startSession } from '../../../harness/ipc.ts';

/** One client misbehaves, then another one reports: that report is intact, and the trouble is told. */
async function troubleOf(
  misbehave: (client: RawClient) => unknown,
  hello?: Readonly<Record<string, unknown>>,
): Promise<string | undefined> {
  const session = await startSession();
  const witness = await RawClient.greeted(session);
  witness.say({ type: 'ignoreInput', path: '/before' });
  const client = await RawClient.greeted(session, hello);
  await misbehave(client);
  expect(await witness.ask({ type: 'getEnv', name: 'A' })).toEqual({ type: 'env', value: null });
  witness.say({ type: 'ignoreInput', path: '/after' });
  witness.destroy();
  const reports = await reportsOf(session);
  expect(reports.ignoredInputs).toEqual(['/before', '/after']);
  return reports.trouble;
}

test.each([
  ['garbage', 'garbage\n', 'malformed message: not a JSON object'],
  ['a number', '7\n', 'malformed message: not a JSON object'],
  ['bytes that are not UTF-8', Buffer.from('{"type":"getEnv","name":"\xff"}\n', 'latin1'), 'malformed message: not a JSON object'],
  ['a relative path', '{"type":"ignoreInput","path":"x"}\n', "malformed message: ignoreInput needs an absolute 'path'"],
  ['a question without a name', '{"type":"getEnv"}\n', "malformed message: getEnv needs a 'name'"],
  ['a glob and a prefix', '{"type":"getEnvs","glob":"*","prefix":"A"}\n', "malformed message: getEnvs needs a 'glob' or a 'prefix'"],
  ['a request of a later version', '{"type":"useService"}\n', "this runner knows no request 'useService'"],
])('a client that sends %s is refused', async (_what, bytes, message) => {
  const trouble = await troubleOf(async (client) => {
    client.write(bytes);
    expect(await client.answer()).toMatchObject({ type: 'error', message });
    await client.closed;
  });
  expect(trouble).toBe(`a client was refused: ${message}`);
});

test('a client with another token hears nothing of the environment', async () => {
  const trouble = await troubleOf(
    async (client) => {
      client.say({ type: 'getEnv', name: 'A' });
      expect(await client.answer()).toMatchObject({ type: 'error', code: 'wrong-token' });
      expect(await client.answer()).toBe(undefined);
    },
    { token: 'guessed' },
  );
  expect(trouble).toBe('a client was refused: the token is not that of this step');
});

test('a client of an unknown version is told which there are', async () => {
  const trouble = await troubleOf(
    async (client) => expect(await client.answer()).toMatchObject({ type: 'error', code: 'unknown-version', versions: [1] }),
    { version: 2 },
  );
  expect(trouble).toBe('a client was refused: version 2 of the protocol is unknown to this runner');
});

test('a line without an end is given up long before it fills the memory', async () => {
  const trouble = await troubleOf(async (client) => {
    const piece = Buffer.alloc(ipcLimits.frameBytes / 2, 'a');
    for (let sent = 0; !client.isClosed; sent += piece.length) {
      if (sent > 1024 ** 3) throw new Error('1 GB was taken');
      client.write(piece);
      await new Promise((resolve) => setImmediate(resolve));
    }
  });
  expect(trouble).toBe('a client was refused: a message is larger than 64 KiB');
});

test('a client that is cut off within a message may have had more to say', async () => {
  const trouble = await troubleOf((client) => {
    client.write('{"type":"disab');
    client.destroy();
  });
  expect(trouble).toBe('a client was cut off within a message');
});

test('a client that goes away without a word, or after its hello, means no harm', async () => {
  const session = await startSession();
  (await RawClient.connect(session)).destroy();
  (await RawClient.greeted(session)).destroy();
  expect((await reportsOf(session)).trouble).toBe(undefined);
});

test('a client that does not read its answers is let go', async () => {
  const session = await startSession({ BIG: 'x'.repeat(100_000) });
  const client = await RawClient.greeted(session);
  const questions = encodeFrame({ type: 'getEnv', name: 'BIG' }).repeat(1000);
  client.write(questions);
  await client.closed;
  expect((await reportsOf(session)).trouble).toBe('a client was refused: it does not read its answers');
});

test('a client that stays and sends nothing does not hold up the end', async () => {
  const session = await startSession();
  const client = await RawClient.greeted(session, { client: 'idler' });
  client.say({ type: 'disableCache' });
  const reports = await reportsOf(session);
  expect(reports).toMatchObject({ cacheDisabled: true, trouble: undefined });
  await client.closed;
});

test('more reports than the runner can hold are not taken', async () => {
  const session = await startSession();
  const client = await RawClient.greeted(session, { client: 'flood' });
  const long = 'x'.repeat(30_000);
  const flood = Array.from({ length: 600 }, (_, index) => encodeFrame({ type: 'ignoreInput', path: `/${index}${long}` })).join('');
  client.write(flood);
  expect(await client.answer()).toMatchObject({ type: 'error', code: 'too-many' });
  expect((await reportsOf(session)).trouble).toBe("the client 'flood' was refused: more is reported than the runner takes");
});

test('more clients than the runner lets in are refused', async () => {
  const session = await startSession();
  await Promise.all(Array.from({ length: ipcLimits.clients }, () => RawClient.connect(session)));
  const late = await RawClient.connect(session);
  expect(await late.answer()).toMatchObject({ type: 'error', code: 'too-many' });
  expect((await reportsOf(session)).trouble).toBe('a client was refused: more than 1024 clients at once');
});

test.skipIf(process.getuid?.() !== 0)('a process of another user cannot connect', async () => {
  const session = await startSession();
  const script = `require('node:net').connect(${JSON.stringify(session.env[ipcVariables.endpoint])}).on('error', ({ code }) => process.stdout.write(code))`;
  const stdout = execFileSync(process.execPath, ['-e', script], { uid: 65_534, gid: 65_534, cwd: '/', encoding: 'utf8' });
  expect(stdout).toBe('EACCES');
});

test('the socket is where only this user may go', async () => {
  const session = await startSession();
  const { mode } = statSync(dirname(session.env[ipcVariables.endpoint] ?? ''));
  expect(mode & 0o777).toBe(0o700);
});
