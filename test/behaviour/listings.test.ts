import { describe, expect, test } from 'vitest';
import { createCases } from '../harness/cases.ts';
import { createTasks } from '../harness/tasks.ts';

const listingChanged = (path: string, name: string, change: string) => ({ code: 'listing-changed', path, name, change });

test('the names of a directory count however it was listed', async () => {
  const cases = await createCases(
    {
      'by ls': 'ls src',
      'by find': 'find src',
      'by a glob of a shell': `sh -c 'echo src/*'`,
      'by node': `node -p "require('fs').readdirSync('src')"`,
      'by way of the directory above': 'find .',
    },
    { 'src/a.txt': 'A', 'other/b.txt': 'B' },
  );
  await cases.run();
  expect(await cases.run()).toMatchObject(cases.all({ outcome: 'restored' }));
  await cases.write({ 'src/b.txt': '' });
  expect(await cases.run()).toMatchObject(cases.all({ miss: listingChanged('src', 'b.txt', 'added') }));
  await cases.remove('src/b.txt');
  expect(await cases.run()).toMatchObject(cases.all({ outcome: 'restored' }));
  await cases.remove('src/a.txt');
  expect(await cases.run()).toMatchObject(cases.all({ miss: listingChanged('src', 'a.txt', 'removed') }));
});

test('content and names below a listed directory do not count', async () => {
  const { rig, run } = await createTasks({ build: `sh -c 'echo src/*'` }, { 'src/a.txt': 'A', 'src/sub/b.txt': 'B' });
  await run();
  await rig.write({ 'src/a.txt': 'A2', 'src/sub/c.txt': 'C' });
  expect((await run()).outcome).toBe('restored');
});

test('a name that stands for another kind of thing is a miss', async () => {
  const { rig, run } = await createTasks({ build: `sh -c 'echo src/*'` }, { 'src/a': 'A' });
  await run();
  await rig.remove('src/a');
  await rig.write({ 'src/a/b': 'B' });
  expect((await run()).miss).toMatchObject({ code: 'listing-changed', path: 'src', name: 'a' });
});

test('a listed directory that is gone is a miss', async () => {
  const { rig, run } = await createTasks({ build: `sh -c 'ls src || true'` }, { 'src/a': 'A' });
  await run();
  await rig.remove('src');
  expect((await run()).miss).toEqual({ code: 'input-changed', path: 'src', change: 'removed' });
});

test('names of the root count', async () => {
  const { rig, run } = await createTasks({ build: 'ls' });
  await run();
  expect((await run()).outcome).toBe('restored');
  await rig.write({ 'b.txt': '' });
  expect((await run()).miss).toEqual(listingChanged('', 'b.txt', 'added'));
});

test('caches of tools are not among the names', async () => {
  const { rig, run } = await createTasks({ build: 'ls -a' });
  await run();
  await rig.write({ '.eslintcache': '', '.swc/plugin': '' });
  expect((await run()).outcome).toBe('restored');
});

describe('names that the task itself made', () => {
  test('do not count, whether they stand or not', async () => {
    const build = `sh -c 'for f in src/*.txt; do cp $f $f.copy; done; ls src'`;
    const { rig, run } = await createTasks({ build }, { 'src/a.txt': 'A' });
    await run();
    expect(await run()).toMatchObject({ outcome: 'restored', written: 0 });
    await rig.remove('src/a.txt.copy');
    expect(await run()).toMatchObject({ outcome: 'restored', written: 1 });
  });

  test('do not count in the listing of another step of the task', async () => {
    const { run } = await createTasks({ build: `ls src && cp src/a.txt src/b.txt` }, { 'src/a.txt': 'A' });
    await run();
    expect((await run()).steps).toMatchObject([{ outcome: 'restored' }, { outcome: 'restored' }]);
  });

  test('do not count after a miss for another reason', async () => {
    const { rig, run } = await createTasks({ build: `sh -c 'ls src; cp a.txt src/b.txt'` }, { 'src/a': '', 'a.txt': '1' });
    await run();
    await rig.write({ 'a.txt': '2' });
    await run();
    expect((await run()).outcome).toBe('restored');
    await rig.write({ 'a.txt': '1' });
    expect((await run()).outcome).toBe('restored');
  });

  test("count once they are a user's", async () => {
    const { rig, run } = await createTasks({ build: `sh -c 'ls src; cat a.txt > src/b.txt'` }, { 'src/a': '', 'a.txt': '1' });
    await run();
    await rig.write({ 'src/b.txt': 'mine' });
    expect((await run()).miss).toEqual(listingChanged('src', 'b.txt', 'added'));
  });
});

test('names that another task made count, with an entry for each state', async () => {
  const tasks = { generate: `sh -c 'mkdir -p dist && cp a.txt dist/made.txt'`, list: `sh -c 'ls dist || true'` };
  const { rig, run } = await createTasks(tasks, { 'a.txt': 'A', 'dist/b.txt': 'B' });
  await run('list');
  await run('generate');
  expect((await run('list')).miss).toEqual(listingChanged('dist', 'made.txt', 'added'));
  expect((await run('list')).outcome).toBe('restored');
  await rig.remove('dist/made.txt');
  expect((await run('list')).outcome).toBe('restored');
});

describe('a directory that was only looked at', () => {
  test('counts as being there', async () => {
    const cases = await createCases(
      {
        'with test': `sh -c 'test -d src || true'`,
        'by making it in vain': 'mkdir -p src',
        'by removing it in vain': `sh -c 'rmdir src || true'`,
      },
      { 'src/a': '' },
    );
    await cases.run();
    await cases.write({ 'src/b': '' });
    expect(await cases.run()).toMatchObject(cases.all({ outcome: 'restored' }));
    await cases.remove('src');
    expect(await cases.run()).toMatchObject(cases.all({ miss: { code: 'input-changed', path: 'src', change: 'removed' } }));
  });

  test('counts no more once it is a file', async () => {
    const { rig, run } = await createTasks({ build: `sh -c '[ -d src ]; :'` }, { 'src/a': '' });
    await run();
    await rig.remove('src');
    await rig.write({ src: '' });
    expect((await run()).miss).toEqual({ code: 'input-changed', path: 'src', change: 'modified' });
  });

  test("does not count when it is the task's own", async () => {
    const { rig, run } = await createTasks({ build: `sh -c 'mkdir -p dist && cp a.txt dist'` }, { 'a.txt': '1' });
    await run();
    await rig.write({ 'a.txt': '2' });
    await run();
    await rig.remove('dist');
    expect((await run()).outcome).toBe('restored');
    expect(rig.tree('dist')).toEqual({ 'a.txt': '2' });
  });
});

test('a name that was listed and then overwritten must be there again', async () => {
  const build = `for f in logs/*.log; do : > $f; done`;
  const { rig, run } = await createTasks({ build: 'sh build.sh' }, { 'build.sh': build, 'logs/a.log': 'a', 'logs/b.log': 'b' });
  expect((await run()).notStored).toBe(undefined);
  expect((await run()).outcome).toBe('restored');
  await rig.remove('logs/a.log');
  expect((await run()).outcome).toBe('executed');
  expect(rig.tree('logs')).toEqual({ 'b.log': '' });
});
