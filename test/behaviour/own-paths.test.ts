import { statSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createTasks, runIn } from '../harness/tasks.ts';
import { createRig, type Rig } from '../harness/rig.ts';

const buildScript = 'mkdir -p dist/sub && cp a.txt dist/a.txt && cp a.txt dist/sub/b.txt';

describe('rm -rf dist && sh build.sh', () => {
  test('touches nothing on its second hit', async () => {
    const { rig, run } = await createTasks({ build: 'rm -rf dist && sh build.sh' }, { 'build.sh': buildScript, 'a.txt': 'A' });
    expect((await run()).steps).toMatchObject([{ notStored: undefined }, { notStored: undefined }]);
    await run();
    const before = stampsOf(rig);
    expect((await run()).steps).toMatchObject([
      { outcome: 'restored', removed: 0, written: 0 },
      { outcome: 'restored', removed: 0, written: 0 },
    ]);
    expect(stampsOf(rig)).toEqual(before);
  });

  test('hits for each of its states', async () => {
    const { rig, run } = await createTasks({ build: 'rm -rf dist && sh build.sh' }, { 'build.sh': buildScript, 'a.txt': 'A' });
    await run();
    await rig.write({ 'a.txt': 'B' });
    expect((await run()).steps).toMatchObject([{ outcome: 'restored' }, { outcome: 'executed', notStored: undefined }]);
    await rig.write({ 'a.txt': 'A' });
    expect((await run()).steps).toMatchObject([{ outcome: 'restored' }, { outcome: 'restored' }]);
    expect(rig.tree('dist')).toEqual({ 'a.txt': 'A', 'sub/b.txt': 'A' });
  });

  test('runs when a user has put a file there, and says so', async () => {
    const { rig, run } = await createTasks({ build: 'rm -rf dist && sh build.sh' }, { 'build.sh': buildScript, 'a.txt': 'A' });
    await run();
    await rig.write({ 'dist/mine.txt': '' });
    expect((await run()).steps).toMatchObject([
      { outcome: 'executed', notStored: { code: 'deleted-foreign', path: 'dist/mine.txt' } },
      { outcome: 'restored' },
    ]);
    expect(rig.tree('dist')).toEqual({ 'a.txt': 'A', 'sub/b.txt': 'A' });
  });
});

test('a result that rests on what stood there before does not serve once that is the step’s own', async () => {
  const { rig, run } = await createTasks({ build: 'sh build.sh' }, { 'build.sh': 'mkdir -p dist && cp a.txt dist/a.txt', 'a.txt': 'A' });
  await run();
  await rig.remove('node_modules/.cache/reprise/tree');
  expect((await run()).steps).toMatchObject([{ outcome: 'executed', notStored: undefined }]);
  await rig.remove('dist');
  expect((await run()).steps).toMatchObject([{ outcome: 'restored', written: 1 }]);
  expect((await run()).steps).toMatchObject([{ outcome: 'restored', written: 0, removed: 0 }]);
  expect(rig.tree('dist')).toEqual({ 'a.txt': 'A' });
});

describe('a deletion', () => {
  test('of what the task did not make is not stored', async () => {
    const { run } = await createTasks({ build: 'rm a.txt' }, { 'a.txt': '' });
    expect((await run()).notStored).toEqual({ code: 'deleted-foreign', path: 'a.txt' });
  });

  test('of what another task made is not stored', async () => {
    const { run } = await createTasks({ build: `sh -c 'echo > made'`, clean: 'rm -f made' });
    await run('build');
    expect((await run('clean')).notStored).toEqual({ code: 'deleted-foreign', path: 'made' });
  });

  test('of a directory with a foreign file in it is not stored', async () => {
    const { run } = await createTasks({ build: 'rm -rf dist' }, { 'dist/a/b.txt': '' });
    expect((await run()).notStored).toMatchObject({ code: 'deleted-foreign' });
  });

  test('of what the step made before is not among its outputs', async () => {
    const { rig, run } = await createTasks({ build: `sh -c 'rm -f old; cat a.txt > new; [ -s a.txt ] || mv new old'` }, { 'a.txt': '' });
    await run();
    await rig.write({ 'a.txt': 'A' });
    expect((await run()).notStored).toBe(undefined);
    expect(rig.tree()).not.toHaveProperty('old');
    await rig.write({ 'a.txt': '' });
    expect(await run()).toMatchObject({ outcome: 'restored', removed: 1, written: 1 });
    expect(rig.tree()).not.toHaveProperty('new');
  });

  test('by a move is a deletion', async () => {
    const { run } = await createTasks({ build: 'mv a.txt b.txt' }, { 'a.txt': '' });
    expect((await run()).notStored).toEqual({ code: 'deleted-foreign', path: 'a.txt' });
  });

  test('by a move of the directory around it is a deletion', async () => {
    const { run } = await createTasks({ build: 'mv src lib' }, { 'src/a.txt': '' });
    expect((await run()).notStored).toMatchObject({ code: 'deleted-foreign' });
  });
});

test('temporary files are neither inputs nor outputs', async () => {
  const build = `sh -c 'echo 1 > a.tmp; cat a.tmp > b; rm a.tmp; mkdir t && echo > t/x && rm -r t'`;
  const { rig, run } = await createTasks({ build });
  expect((await run()).notStored).toBe(undefined);
  await rig.remove('b');
  expect(await run()).toMatchObject({ outcome: 'restored', written: 1 });
  expect(rig.tree()).toMatchObject({ b: '1\n' });
  expect(Object.keys(rig.tree())).not.toContain('a.tmp');
});

test('reading what the step itself made earlier is no input', async () => {
  const { rig, run } = await createTasks({ build: `sh -c 'cat count 2>/dev/null; cat a.txt > count'` }, { 'a.txt': '1' });
  await run();
  await rig.write({ 'a.txt': '2' });
  await run();
  expect((await run()).outcome).toBe('restored');
  await rig.remove('count');
  expect((await run()).outcome).toBe('restored');
});

describe('what a step found in place and left there', () => {
  const build = `sh -c 'cmp -s a.txt dist/a.txt || { mkdir -p dist; cp a.txt dist/a.txt; }; cat b.txt > dist/b.txt'`;

  test('is among its outputs', async () => {
    const { rig, run } = await createTasks({ build }, { 'a.txt': 'A', 'b.txt': '1' });
    await run();
    await rig.write({ 'b.txt': '2' });
    expect((await run()).notStored).toBe(undefined);
    await rig.write({ 'b.txt': '1' });
    expect((await run()).outcome).toBe('restored');
    await rig.write({ 'b.txt': '2' });
    expect((await run()).outcome).toBe('restored');
    expect(rig.tree('dist')).toEqual({ 'a.txt': 'A', 'b.txt': '2' });
  });

  test('must stand for the result to count', async () => {
    const { rig, run } = await createTasks({ build }, { 'a.txt': 'A', 'b.txt': '1' });
    await run();
    await rig.write({ 'b.txt': '2' });
    await run();
    await rig.remove('dist');
    expect(await run()).toMatchObject({ outcome: 'executed', notStored: undefined });
    await rig.remove('dist');
    expect((await run()).outcome).toBe('restored');
    expect(rig.tree('dist')).toEqual({ 'a.txt': 'A', 'b.txt': '2' });
  });

  test('rests on the inputs that it was made from', async () => {
    const { rig, run } = await createTasks({ build: `sh -c '[ -f made ] || cp a.txt made'` }, { 'a.txt': '1' });
    await run();
    await rig.write({ 'a.txt': '2' });
    await run();
    await rig.remove('made');
    await run();
    expect(rig.tree()['made']).toBe('2');
  });

  test('rests on them also when only its directory was looked at', async () => {
    const guarded = `sh -c '[ -d dist ] || { mkdir dist; cp a.txt dist/a.txt; }; cp b.txt dist/b.txt'`;
    const { rig, run } = await createTasks({ build: guarded }, { 'a.txt': '1', 'b.txt': '1' });
    await run();
    await rig.write({ 'a.txt': '2' });
    expect(await run()).toMatchObject({ outcome: 'executed', notStored: undefined });
    expect(await run()).toMatchObject({ outcome: 'restored', removed: 0 });
    await rig.remove('dist');
    await run();
    expect(rig.tree('dist')).toEqual({ 'a.txt': '2', 'b.txt': '1' });
  });

  test('is an input once a user has edited it', async () => {
    const { rig, run } = await createTasks({ build: `sh -c '[ -f made ] || cp a.txt made; cat made'` }, { 'a.txt': 'A' });
    await run();
    await rig.write({ made: 'edited' });
    expect((await run()).stdout).toContain('edited');
    expect((await run()).outcome).toBe('restored');
    expect(rig.tree()['made']).toBe('edited');
    await rig.write({ made: 'edited again' });
    expect(await run()).toMatchObject({ outcome: 'executed', stdout: expect.stringContaining('edited again') });
  });
});

test('a tool that goes by its own build info is stored whole', async () => {
  const emit = 'grep -q "^$f$(cat $f)$" dist/x.tsbuildinfo || { cat $f > dist/$f; echo $f; }';
  const build = `mkdir -p dist; touch dist/x.tsbuildinfo; for f in *.txt; do ${emit}; done; for f in *.txt; do echo $f$(cat $f); done > info; cat info > dist/x.tsbuildinfo; rm info`;
  const { rig, run } = await createTasks({ build: 'sh build.sh' }, { 'build.sh': build, 'a.txt': '1', 'b.txt': '1' });
  await run();
  await rig.write({ 'a.txt': '2' });
  const second = await run();
  expect(second).toMatchObject({ outcome: 'executed', notStored: undefined });
  expect(second.stdout).not.toContain('b.txt\n');
  await rig.remove('dist');
  expect((await run()).outcome).toBe('restored');
  expect(rig.tree('dist')).toMatchObject({ 'a.txt': '2', 'b.txt': '1' });
});

test('what vanished beside build info is put back before the tool runs', async () => {
  const emit = 'grep -q "^$f$(cat $f)$" dist/x.tsbuildinfo || cat $f > dist/$f';
  const build = `mkdir -p dist; touch dist/x.tsbuildinfo; for f in *.txt; do ${emit}; done; for f in *.txt; do echo $f$(cat $f); done > info; cat info > dist/x.tsbuildinfo; rm info`;
  const { rig, run } = await createTasks({ build: 'sh build.sh' }, { 'build.sh': build, 'a.txt': '1', 'b.txt': '1' });
  await run();
  await rig.write({ 'a.txt': '2' });
  await rig.remove('dist/b.txt');
  expect((await run()).outcome).toBe('executed');
  expect(rig.tree('dist')).toMatchObject({ 'a.txt': '2', 'b.txt': '1' });
});

test('the scripts before and after a script may delete what it made', async () => {
  const rig = await createRig();
  const run = runIn(rig);
  const scripts = {
    prebuild: 'rm -rf dist',
    build: `sh -c 'mkdir dist && cp a.txt dist/a.txt && echo > dist/b.txt'`,
    postbuild: 'rm dist/b.txt',
  };
  await rig.write({ 'package.json': { name: 'app', scripts }, 'a.txt': 'A' });
  expect((await run('build', { flags: ['--cache'] })).steps).toMatchObject([
    { notStored: undefined },
    { notStored: undefined },
    { notStored: undefined },
  ]);
  await rig.remove('dist');
  const again = await run('build', { flags: ['--cache'] });
  expect(again.steps).toMatchObject([{ outcome: 'restored' }, { outcome: 'restored' }, { outcome: 'restored' }]);
  expect(rig.tree('dist')).toEqual({ 'a.txt': 'A' });
});

function stampsOf(rig: Rig) {
  return ['dist', 'dist/a.txt', 'dist/sub', 'dist/sub/b.txt'].map((path) => {
    const { ino, mtimeMs, ctimeMs } = statSync(rig.path(path));
    return { path, ino, mtimeMs, ctimeMs };
  });
}
