import { expect, test } from 'vitest';
import { openLink } from '../../../../../src/execute/ipc/client/open-link.ts';
import { relayLink } from '../../../../../src/execute/ipc/client/relay-link.ts';
import { Runner } from '../../../../../src/execute/ipc/client/runner.ts';
import { startToolServer, type ServerBehaviour } from '../../../../harness/tool-server.ts';
import { recordedFrames } from '../frames/recorded.ts';

async function runnerWith(behaviour: ServerBehaviour = {}) {
  const server = await startToolServer(behaviour);
  return { server, runner: new Runner({ endpoint: server.endpoint, token: 'secret', client: 'a test', env: process.env }) };
}

const tracked = { tracked: true };

test('a connection begins with one hello', async () => {
  const { server, runner } = await runnerWith();
  runner.report([{ type: 'disableCache' }]);
  runner.report([
    { type: 'ignoreInput', path: '/a' },
    { type: 'ignoreOutput', path: '/b' },
  ]);
  const hello = '{"type":"hello","version":1,"token":"secret","client":"a test"}';
  const reports = ['{"type":"disableCache"}', '{"type":"ignoreInput","path":"/a"}', '{"type":"ignoreOutput","path":"/b"}'];
  expect(await server.lines(4)).toEqual([hello, ...reports]);
});

test('bytes that are not UTF-8 come and go as they are', async () => {
  const { server, runner } = await runnerWith({ env: { A: { base64: '/w==' } } });
  expect(runner.getEnv('A', tracked)).toBe('\udcff');
  expect(runner.getEnv('\udcfe', tracked)).toBe(undefined);
  expect((await server.lines(3))[2]).toBe('{"type":"getEnv","name":{"base64":"/g=="}}');
});

test('an answer may be longer than any buffer', async () => {
  const value = 'ä'.repeat(3_000_000);
  const { runner } = await runnerWith({ env: { LONG: value, SHORT: 's' } });
  expect(runner.getEnvs({ glob: '*' }, tracked)).toEqual([
    ['LONG', value],
    ['SHORT', 's'],
  ]);
  expect(runner.getEnv('SHORT', tracked)).toBe('s');
});

test.each(['nonsense', '{"type":"envs","values":[]}', '{"type":"env"}', '{"type":"env","value":1}', '[]', 'null'])(
  'a result that was made without an answer is not stored (%s)',
  async (line) => {
    const { server, runner } = await runnerWith({ answers: [line] });
    expect(() => runner.getEnv('A', tracked)).toThrow('its answer cannot be understood');
    expect((await server.lines(4)).slice(2).map((frame) => JSON.parse(frame) as unknown)).toMatchObject([
      { type: 'hello' },
      { type: 'disableCache' },
    ]);
  },
);

test('a runner that closes the connection knows of it, and is told nothing more', async () => {
  const { server, runner } = await runnerWith({ answered: 0 });
  expect(() => runner.getEnv('A', tracked)).toThrow('it closed the connection');
  expect(() => runner.report([{ type: 'disableCache' }])).toThrow('it closed the connection');
  expect(await server.requests()).toEqual([{ type: 'getEnv', name: 'A' }]);
});

test('a refusal is told in the words of the runner', async () => {
  const { runner } = await runnerWith({ refusal: '{"type":"error","code":"unknown-version","message":"too new","versions":[1]}' });
  expect(() => runner.getEnv('A', tracked)).toThrow('too new');
});

const refusals = recordedFrames('server-v1').filter((line) => line.includes('"error"'));

test.each(refusals)('version 1 refused with %s, and such a client is done', async (line) => {
  const { runner } = await runnerWith({ answers: [line] });
  expect(() => runner.getEnv('A', tracked)).toThrow((JSON.parse(line) as { message: string }).message);
});

test.each([
  ['openLink', openLink],
  ['relayLink', relayLink],
])('a runner that does not answer is not waited for for ever (%s)', async (_name, open) => {
  const { endpoint } = await startToolServer({ isSilent: true });
  const link = open({ endpoint, hello: '{"type":"hello"}\n', env: process.env, patience: 400 });
  expect(() => link.ask('{"type":"getEnv"}\n')).toThrow(expect.objectContaining({ name: 'RunnerLost', isUnnoticed: true }));
});
