import { describe, expect, test } from 'vitest';
import { createCases } from '../harness/cases.ts';
import { createTasks } from '../harness/tasks.ts';

const added = (path: string) => ({ code: 'input-changed', path, change: 'added' });

test('a path is an absence however it was probed', async () => {
  const cases = await createCases({
    probed: `sh -c '[ -f .env ] || true'`,
    'opened in vain': `sh -c 'cat .env || true'`,
    'executed in vain': `sh -c './.env || true'`,
    'probed by node': `node -e "try { require('./.env') } catch {}"`,
  });
  expect(await cases.run()).toMatchObject(cases.all({ notStored: undefined }));
  expect(await cases.run()).toMatchObject(cases.all({ outcome: 'restored' }));
  await cases.write({ '.env': '' });
  expect(await cases.run()).toMatchObject(cases.all({ miss: added('.env') }));
  await cases.remove('.env');
  expect(await cases.run()).toMatchObject(cases.all({ outcome: 'restored' }));
});

test('a path that was made and removed again is an absence if it was probed first', async () => {
  const { rig, run } = await createTasks({ build: `sh -c '[ -f a.tmp ] || echo > a.tmp; rm a.tmp'` });
  await run();
  expect((await run()).outcome).toBe('restored');
  await rig.write({ 'a.tmp': 'mine' });
  expect(await run()).toMatchObject({ miss: added('a.tmp'), notStored: { code: 'deleted-foreign', path: 'a.tmp' } });
});

test('a path that was removed in vain is an absence', async () => {
  const { rig, run } = await createTasks({ build: 'rm -f a.tmp' });
  await run();
  expect((await run()).outcome).toBe('restored');
  await rig.write({ 'a.tmp': 'mine' });
  expect(await run()).toMatchObject({ miss: added('a.tmp'), notStored: { code: 'deleted-foreign', path: 'a.tmp' } });
});

test('a file in a directory that is missing is absent until it is there itself', async () => {
  const { rig, run } = await createTasks({ build: `sh -c 'cat no/such/file || true'` });
  await run();
  await rig.write({ 'no/other/file': '' });
  expect((await run()).outcome).toBe('restored');
  await rig.write({ 'no/such/file': '' });
  expect((await run()).miss).toEqual(added('no/such/file'));
});

test('a module that is found earlier on the way is a miss', async () => {
  const files = { 'src/main.js': "require('dep')", 'node_modules/dep/index.js': 'console.log(1)' };
  const { rig, run } = await createTasks({ build: 'node src/main.js' }, files);
  await run();
  expect((await run()).outcome).toBe('restored');
  await rig.write({ 'src/node_modules/dep/index.js': 'console.log(2)' });
  expect(await run()).toMatchObject({ miss: added('src/node_modules'), stdout: expect.stringContaining('2\n') });
});

test('a link that leads nowhere is an absence of what it leads to', async () => {
  const { rig, run } = await createTasks({ link: 'ln -s target.txt link', build: `sh -c 'cat link || true'` });
  await run('link');
  await run();
  expect((await run()).outcome).toBe('restored');
  await rig.write({ 'target.txt': '' });
  expect((await run()).miss).toEqual(added('target.txt'));
});

describe('a path that was probed and then made', () => {
  const build = `sh -c '[ -f .env ] || cp .env.example .env'`;

  test('may be absent or as it was made', async () => {
    const { rig, run } = await createTasks({ build }, { '.env.example': 'A=1' });
    expect((await run()).notStored).toBe(undefined);
    expect(await run()).toMatchObject({ outcome: 'restored', written: 0 });
    await rig.remove('.env');
    expect(await run()).toMatchObject({ outcome: 'restored', written: 1 });
    expect(rig.tree()['.env']).toBe('A=1');
  });

  test('is never overwritten once a user has edited it', async () => {
    const { rig, run } = await createTasks({ build }, { '.env.example': 'A=1' });
    await run();
    await rig.write({ '.env': 'SECRET=1' });
    expect((await run()).miss).toEqual(added('.env'));
    expect((await run()).outcome).toBe('restored');
    await rig.write({ '.env.example': 'A=2' });
    await run();
    await rig.write({ '.env.example': 'A=1' });
    await run();
    expect(rig.tree()['.env']).toBe('SECRET=1');
  });

  test('is never overwritten when a user made it first, git-ignored or not', async () => {
    const { rig, run } = await createTasks({ build }, { '.env.example': 'A=1', '.gitignore': '.env', '.git/HEAD': 'ref: refs/heads/main' });
    await run();
    await rig.remove('.env');
    await rig.write({ '.env': 'SECRET=1' });
    await run();
    expect(rig.tree()['.env']).toBe('SECRET=1');
  });

  test("is made again from the newest example while it is the task's", async () => {
    const { rig, run } = await createTasks({ build }, { '.env.example': 'A=1' });
    await run();
    await rig.write({ '.env.example': 'A=2' });
    await run();
    await rig.remove('.env');
    await run();
    expect(rig.tree()['.env']).toBe('A=2');
  });
});
