import { describe, expect, test } from 'vitest';
import { createTasks } from '../harness/tasks.ts';

const changed = (name: string) => ({ code: 'env-changed', name, change: 'modified' });

test('a variable that every step is passed is a miss by its name when it is flipped, and a hit when it is flipped back', async () => {
  const { run } = await createTasks({ build: `sh -c 'echo "is $CI $TZ $LC_ALL"'` });
  const env = { CI: '1', TZ: 'UTC', LC_ALL: 'C' };
  await run('build', { env });
  expect((await run('build', { env: { ...env, CI: '2' } })).miss).toEqual(changed('CI'));
  expect((await run('build', { env: { ...env, TZ: 'Asia/Tokyo' } })).miss).toEqual(changed('TZ'));
  expect((await run('build', { env: { ...env, LC_ALL: 'C.UTF-8' } })).miss).toEqual(changed('LC_ALL'));
  expect(await run('build', { env })).toMatchObject({ outcome: 'restored', stdout: expect.stringContaining('is 1 UTC C\n') });
  expect(await run('build', { env: { ...env, CI: '2' } })).toMatchObject({
    outcome: 'restored',
    stdout: expect.stringContaining('is 2 UTC C\n'),
  });
});

test('to be set and to be unset are two values', async () => {
  const { run } = await createTasks({ build: `sh -c 'echo "is $\{CI-unset}"'` });
  await run();
  expect((await run('build', { env: { CI: '' } })).miss).toEqual({ code: 'env-changed', name: 'CI', change: 'added' });
  expect((await run()).outcome).toBe('restored');
  expect((await run('build', { env: { CI: '' } })).outcome).toBe('restored');
});

describe('a variable in `env` of the task', () => {
  const task = { command: `sh -c 'echo "is $MODE"'`, env: ['MODE', 'APP_*', '!APP_SECRET'] };

  test('is passed, and a miss by its name when it changes', async () => {
    const { run } = await createTasks({ build: task });
    expect((await run('build', { env: { MODE: 'a' } })).stdout).toContain('is a\n');
    expect(await run('build', { env: { MODE: 'b' } })).toMatchObject({ miss: changed('MODE'), stdout: expect.stringContaining('is b\n') });
    expect(await run('build', { env: { MODE: 'a' } })).toMatchObject({ outcome: 'restored', stdout: expect.stringContaining('is a\n') });
    expect((await run()).miss).toMatchObject({ code: 'env-changed', name: 'MODE', change: 'removed' });
  });

  test('may be a pattern, with exceptions', async () => {
    const { run } = await createTasks({ build: task });
    await run('build', { env: { APP_A: '1', APP_SECRET: '1' } });
    expect((await run('build', { env: { APP_A: '1', APP_SECRET: '2' } })).outcome).toBe('restored');
    const added = { code: 'env-changed', name: 'APP_B', change: 'added' };
    expect((await run('build', { env: { APP_A: '1', APP_B: '1' } })).miss).toEqual(added);
  });
});

test('a variable in `untrackedEnv` is passed and does not count', async () => {
  const { run } = await createTasks({ build: { command: `sh -c 'echo "is $TOKEN $CI"'`, untrackedEnv: ['TOKEN', 'CI'] } });
  expect((await run('build', { env: { TOKEN: 'a', CI: '1' } })).stdout).toContain('is a 1\n');
  expect((await run('build', { env: { TOKEN: 'b', CI: '2' } })).outcome).toBe('restored');
});

test('a variable that nobody listed is not passed and does not count', async () => {
  const { run } = await createTasks({ build: `sh -c 'echo "is $\{OTHER-unset}"'` });
  expect((await run('build', { env: { OTHER: 'a' } })).stdout).toContain('is unset\n');
  expect((await run('build', { env: { OTHER: 'b' } })).outcome).toBe('restored');
});

test('where things are in this session does not count', async () => {
  const { rig, run } = await createTasks({ build: `sh -c 'cat package.json; :'` });
  await run();
  const session = { OLDPWD: '/tmp', SHLVL: '7', _: '/bin/x', USER: 'somebody', HOME: rig.temp, XDG_RUNTIME_DIR: '/run/user/1' };
  expect((await run('build', { env: session })).outcome).toBe('restored');
});

test('a directory more in PATH does not count while it holds nothing that is executed', async () => {
  const { rig, run } = await createTasks({ build: `sh -c 'cat package.json; :'` });
  await run();
  expect((await run('build', { env: { PATH: `${rig.temp}:${process.env['PATH']}` } })).outcome).toBe('restored');
});

test('an assignment before the command counts', async () => {
  const { rig, run } = await createTasks({ build: `MODE=a sh -c 'echo "is $MODE"'` });
  await run();
  await rig.write({ 'reprise.config.json': { tasks: { build: `MODE=b sh -c 'echo "is $MODE"'` } } });
  expect(await run()).toMatchObject({ miss: changed('MODE'), stdout: expect.stringContaining('is b\n') });
});
