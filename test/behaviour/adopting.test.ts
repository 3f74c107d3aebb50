import { describe, expect, test } from 'vitest';
import { createIgnoringTasks, createTasks } from '../harness/tasks.ts';

/** Emits what changed since the state that it keeps in a tool cache. */
const incremental = `
  const fs = require('fs'), state = 'node_modules/.cache/tool.json';
  let seen = {}; try { seen = JSON.parse(fs.readFileSync(state, 'utf8')) } catch {}
  fs.mkdirSync('dist', { recursive: true });
  for (const name of ['a', 'b']) {
    const text = fs.readFileSync('src/' + name, 'utf8');
    if (seen[name] !== text) fs.writeFileSync('dist/' + name, seen[name] = text);
  }
  fs.writeFileSync(state, JSON.stringify(seen));`;

const ignored = { '.gitignore': 'dist\n*.tsbuildinfo\nnode_modules\n', '.git/HEAD': 'ref: refs/heads/main' };

describe('a tool that keeps its state in a tool cache', () => {
  const files = { 'tool.js': incremental, 'src/a': 'a1', 'src/b': 'b1', 'node_modules/.cache/tool.json': '{}', ...ignored };

  test('is restored whole, there and back', async () => {
    const { rig, run } = await createTasks({ build: 'node tool.js' }, files);
    await run();
    await rig.write({ 'src/a': 'a2' });
    expect((await run()).notStored).toBe(undefined);
    await rig.write({ 'src/a': 'a1' });
    expect((await run()).outcome).toBe('restored');
    await rig.write({ 'src/a': 'a2' });
    expect((await run()).outcome).toBe('restored');
    expect(rig.tree('dist')).toEqual({ a: 'a2', b: 'b1' });
  });

  test('is not stored while its cache hides that outputs are gone', async () => {
    const { rig, run } = await createTasks({ build: 'node tool.js' }, files);
    await run();
    await rig.remove('dist');
    await rig.write({ 'src/a': 'a2' });
    expect((await run()).notStored).toEqual({ code: 'outputs-gone', path: 'dist/b' });
    await rig.write({ 'src/a': 'a3' });
    expect((await run()).notStored).toEqual({ code: 'outputs-gone', path: 'dist/b' });
    await rig.write({ 'node_modules/.cache/tool.json': '{}', 'src/a': 'a4' });
    expect((await run()).notStored).toBe(undefined);
    expect(rig.tree('dist')).toEqual({ a: 'a4', b: 'b1' });
  });
});

test('build info in a tool cache is build info all the same', async () => {
  const emit = 'grep -q "^$f$(cat $f)$" $info || cat $f > dist/$f';
  const build = `info=node_modules/.cache/x.tsbuildinfo; mkdir -p dist; touch $info; for f in *.txt; do ${emit}; done; for f in *.txt; do echo $f$(cat $f); done > $info`;
  const files = { 'build.sh': build, 'a.txt': '1', 'b.txt': '1', 'node_modules/.cache/x': '', ...ignored };
  const { rig, run } = await createTasks({ build: 'sh build.sh' }, files);
  await run();
  await rig.write({ 'a.txt': '2' });
  await run();
  await rig.remove('dist');
  expect((await run()).outcome).toBe('restored');
  expect(rig.tree('dist')).toEqual({ 'a.txt': '2', 'b.txt': '1' });
});

test('build info that was there before the task vouches for nothing of it', async () => {
  const emit = 'grep -q "^$f$(cat $f)$" x.tsbuildinfo || cat $f > dist/$f';
  const build = `mkdir -p dist; touch x.tsbuildinfo; for f in *.txt; do ${emit}; done; for f in *.txt; do echo $f$(cat $f); done > new; cat new > x.tsbuildinfo; rm new`;
  const built = { 'dist/a.txt': '1', 'dist/b.txt': '1', 'x.tsbuildinfo': 'a.txt1\nb.txt1\n' };
  const { rig, run } = await createTasks({ build: 'sh build.sh' }, { 'build.sh': build, 'a.txt': '1', 'b.txt': '1', ...built, ...ignored });
  const states = ['1', '2', '1', '3', '1'];
  for (const state of [...states, ...states]) {
    await rig.write({ 'a.txt': state });
    await run();
    expect(rig.tree('dist')).toEqual({ 'a.txt': state, 'b.txt': '1' });
  }
});

test('a directory that a command clears and makes anew is stored at the latest the second time', async () => {
  const build = `sh -c 'rm -rf dist; mkdir -p dist/x; cat a.txt > dist/x/a; cat a.txt > dist/b'`;
  const { run } = await createIgnoringTasks({ build }, { 'a.txt': 'A', 'dist/x/a': 'old', 'dist/old.js': 'old' });
  expect((await run()).notStored).toMatchObject({ code: 'deleted-foreign', path: 'dist/old.js' });
  expect((await run()).notStored).toBe(undefined);
  expect((await run()).outcome).toBe('restored');
});

test('names that the inputs exclude do not count in listings either', async () => {
  const tasks = { list: { command: `sh -c 'ls src > out.txt; echo x > src/made.txt'`, input: [{ auto: true }, '!src/made.txt'] } };
  const { rig, run } = await createTasks(tasks, { 'src/a.txt': 'A', 'src/made.txt': 'old' });
  await run('list');
  await rig.write({ 'src/b.txt': 'B' });
  expect((await run('list')).miss).toMatchObject({ code: 'listing-changed', name: 'b.txt' });
  expect((await run('list')).outcome).toBe('restored');
});
