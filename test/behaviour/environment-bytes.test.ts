import { chmodSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { fsPath } from '../../src/base/path.ts';
import { createTasks } from '../harness/tasks.ts';

/** The bytes of `value` in the scheme of `decodePath`. */
const A = 'a\udcff';
const B = 'a\udcfe';

const isMiss = (name: string, change: string) => ({ outcome: 'executed', miss: { code: 'env-changed', name, change } });
const prints = (bytes: string) => (output: Buffer) => output.toString('latin1').includes(bytes);

describe('a value that is not UTF-8', () => {
  test.each([
    ['in `env` of the task', 'MODE', ['MODE']],
    ['that every step is passed', 'LC_ALL', []],
  ])('%s is neither another such value nor unset', async (_, name, env) => {
    const { run } = await createTasks({ build: { command: `sh -c 'printf "is <%s>" "$${name}"'`, env } });
    const answers = [];
    for (const value of [{}, { [name]: A }, { [name]: B }, { [name]: A }]) answers.push(await run('build', { env: value }));
    expect(answers[1]).toMatchObject(isMiss(name, 'added'));
    expect(answers[2]).toMatchObject({ ...isMiss(name, 'modified'), stdout: expect.stringContaining(`cache miss: env '${name}' changed`) });
    expect(answers[3]).toMatchObject({ outcome: 'restored' });
    expect(answers.map(({ stdoutBytes }) => /\nis <(.*?)>/s.exec(stdoutBytes.toString('latin1'))?.[1])).toEqual([
      '',
      'a\xff',
      'a\xfe',
      'a\xff',
    ]);
  });

  test('is passed and does not count where it is untracked', async () => {
    const { run } = await createTasks({ build: { command: `sh -c 'printf "is <%s>" "$TOKEN"'`, untrackedEnv: ['TOKEN'] } });
    expect((await run('build', { env: { TOKEN: A } })).stdoutBytes).toSatisfy(prints('is <a\xff>'));
    expect((await run('build', { env: { TOKEN: B } })).outcome).toBe('restored');
  });

  test('reaches a task that is not cached, and one that a runner inside a task starts', async () => {
    const { run } = await createTasks({
      build: { command: `sh -c 'printf "is <%s>" "$MODE"'`, cache: false },
      outer: { command: 'MODE=$OTHER reprise run build', cache: false },
    });
    expect((await run('build', { env: { MODE: A } })).stdoutBytes).toSatisfy(prints('is <a\xff>'));
    expect((await run('outer', { env: { OTHER: B } })).stdoutBytes).toSatisfy(prints('is <a\xfe>'));
  });

  test('can be assigned and be an argument', async () => {
    const command = `MODE=x$OTHER printenv MODE && printf "is <%s>" "$OTHER"`;
    const { run } = await createTasks({ build: { command, env: ['OTHER'] } });
    const first = await run('build', { env: { OTHER: A } });
    expect(first.stdoutBytes).toSatisfy(prints('xa\xff\n'));
    expect(first.stdoutBytes).toSatisfy(prints('is <a\xff>'));
    expect((await run('build', { env: { OTHER: B } })).steps).toMatchObject([isMiss('OTHER', 'modified'), isMiss('OTHER', 'modified')]);
    expect((await run('build', { env: { OTHER: A } })).steps).toMatchObject([{ outcome: 'restored' }, { outcome: 'restored' }]);
  });

  test('may say where the store is, which then stands where Node reads it', async () => {
    const { rig, run } = await createTasks({ build: 'cat package.json' });
    const env = { REPRISE_CACHE_DIR: 'store\udcff' };
    await run('build', { env });
    expect((await run('build', { env })).outcome).toBe('restored');
    expect(Object.keys(rig.tree()).filter((path) => path.startsWith('store\uFFFD/'))).not.toEqual([]);
  });

  test('may be in PATH', async () => {
    const { rig, run } = await createTasks({ build: { command: 'hello there' } }, { 'bin\udcff/hello': '#!/bin/sh\necho hello "$@"\n' });
    const env = { PATH: `${rig.path('bin\udcff')}:${process.env['PATH']}` };
    chmodSync(fsPath(rig.path('bin\udcff/hello')), 0o755);
    expect(await run('build', { env })).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('hello there\n') });
    expect((await run('build', { env })).outcome).toBe('restored');
  });
});

test('a name that is not UTF-8 counts, and is shown', async () => {
  const { run } = await createTasks({ build: { command: 'env', env: ['MODE_*'] } });
  const name = 'MODE_\udcff';
  await run('build', { env: { 'MODE_\udcfe': '1' } });
  const both = { 'MODE_\udcfe': '1', [name]: '1' };
  const second = await run('build', { env: both });
  expect(second).toMatchObject({ ...isMiss(name, 'added'), stdout: expect.stringContaining(String.raw`env 'MODE_\xff' added`) });
  expect(second.stdoutBytes).toSatisfy(prints('MODE_\xff=1\n'));
  expect(await run('build', { env: { ...both, [name]: '2' } })).toMatchObject(isMiss(name, 'modified'));
  expect((await run('build', { env: both })).outcome).toBe('restored');
});
