import { appendFileSync, chmodSync, renameSync, statSync, symlinkSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createCases } from '../harness/cases.ts';
import { createIgnoringTasks, createTasks, runIn } from '../harness/tasks.ts';
import { createRig } from '../harness/rig.ts';

/** Makes of each file in `src` one in `dist`, without a look at what is there. */
const mirror = `mkdir -p dist; for f in src/*; do cat "$f" > "dist/$(basename "$f")"; done`;

/** What a script makes in `dist`, and what `dist` then is. */
const made: Record<string, readonly [script: string, tree: Record<string, string>]> = {
  'files and directories': ['mkdir -p dist/sub; echo A > dist/a; echo B > dist/sub/b', { a: 'A\n', 'sub/b': 'B\n' }],
  modes: ['mkdir dist; echo > dist/a; chmod 755 dist/a; echo > dist/b; chmod 400 dist/b', { a: '[755] \n', b: '[400] \n' }],
  'modes of directories': ['mkdir -m 700 dist; mkdir -m 500 dist/sub; echo > dist/sub/a', { 'sub/': '[500]', 'sub/a': '\n' }],
  'empty directories': ['mkdir -p dist/a/b dist/c', { 'a/b/': '', 'c/': '' }],
  links: ['mkdir dist; echo > dist/a; ln -s a dist/b; ln -s no/where dist/c', { a: '\n', b: '-> a', c: '-> no/where' }],
  'hard links, as files': ['mkdir dist; echo A > dist/a; ln dist/a dist/b', { a: 'A\n', b: 'A\n' }],
  'empty files': ['mkdir dist; : > dist/a', { a: '' }],
  'names with blanks and line ends': ['mkdir dist; echo 1 > "dist/a b"; echo 2 > "dist/a\nb"', { 'a b': '1\n', 'a\nb': '2\n' }],
  'names that are not UTF-8': ['mkdir dist; echo 1 > "dist/$(printf "\\351")"', { '\udce9': '1\n' }],
  'bytes that are no text': ['mkdir dist; printf "\\377\\000\\376" > dist/a', { a: 'hex:ff00fe' }],
  'a file that was renamed into place': ['mkdir dist; echo A > dist/a.tmp; mv dist/a.tmp dist/a', { a: 'A\n' }],
  'a directory that was renamed into place': ['mkdir -p dist.tmp/sub; echo A > dist.tmp/sub/a; mv dist.tmp dist', { 'sub/a': 'A\n' }],
  'what was unpacked': [
    'mkdir in; echo A > in/a; tar cf in.tar in; rm -r in; mkdir dist; tar xf in.tar -C dist; rm in.tar',
    { 'in/a': 'A\n' },
  ],
};

describe('a hit puts back', () => {
  test('whatever was made', async () => {
    const names = Object.keys(made);
    const cases = await createCases(Object.fromEntries(names.map((name) => [name, `sh -c '${made[name]?.[0]}'`])));
    const trees = () => Object.fromEntries(names.map((name) => [name, cases.tree(name, 'dist')]));
    const expected = Object.fromEntries(Object.entries(made).map(([name, [, tree]]) => [name, tree]));
    expect(await cases.run()).toMatchObject(cases.all({ notStored: undefined }));
    expect(trees()).toEqual(expected);
    await cases.remove('dist');
    expect(await cases.run()).toMatchObject(cases.all({ outcome: 'restored' }));
    expect(trees()).toEqual(expected);
  });

  test('modes that a later step gave', async () => {
    const { rig, run } = await createTasks({ build: `sh -c 'echo > tool' && chmod 755 tool` });
    expect((await run()).steps[1]?.notStored).toBe(undefined);
    await rig.remove('tool');
    expect((await run()).steps).toMatchObject([{ outcome: 'restored' }, { outcome: 'restored' }]);
    expect(rig.tree()['tool']).toBe('[755] \n');
  });

  test('links into the workspace, wherever that is', async () => {
    const { rig, run } = await createTasks({ build: `ln -s ${'$'}PWD/a.txt link` }, { 'a.txt': 'A' });
    await run();
    await rig.remove('link');
    expect((await run()).outcome).toBe('restored');
    expect(rig.tree()['link']).toBe(`-> ${rig.path('a.txt')}`);
  });

  test('large files', async () => {
    const { rig, run } = await createTasks({ build: `sh -c 'seq 400000 > out.txt'` });
    await run();
    const { size } = statSync(rig.path('out.txt'));
    await rig.remove('out.txt');
    expect((await run()).outcome).toBe('restored');
    expect(statSync(rig.path('out.txt')).size).toBe(size);
  });

  test('what was printed, each stream on its own', async () => {
    const { run } = await createTasks({ build: `sh -c 'echo out; echo err >&2; printf "\\377"'` });
    const first = await run();
    const second = await run();
    expect(second.outcome).toBe('restored');
    expect([second.stdoutBytes.includes(Buffer.from('out\n\xff', 'latin1')), second.stderr]).toEqual([true, first.stderr]);
    expect(second.stderr).toContain('err\n');
  });
});

test('names of inputs need not be UTF-8 either', async () => {
  const { rig, run } = await createTasks({ build: 'cat src/a\xff src' }, {});
  await rig.write({ 'reprise.config.json': { tasks: { build: 'sh build.sh' } }, 'build.sh': 'cat src/*', 'src/caf\udce9': '1' });
  await run();
  expect((await run()).outcome).toBe('restored');
  await rig.write({ 'src/caf\udce9': '2' });
  expect((await run()).miss).toEqual({ code: 'input-changed', path: 'src/caf\udce9', change: 'modified' });
});

test('a result that holds something else than files, directories and links is not stored', async () => {
  const { run } = await createTasks({ build: 'mkfifo pipe' });
  expect((await run()).notStored).toEqual({ code: 'unsupported-output', path: 'pipe' });
});

describe('from one state to another', () => {
  test('a hit removes what the restored run did not leave', async () => {
    const { rig, run } = await createTasks({ build: 'sh build.sh' }, { 'build.sh': `rm -rf dist; ${mirror}`, 'src/a': 'A' });
    await run();
    await rig.write({ 'src/b': 'B' });
    await run();
    await rig.remove('src/b');
    expect(await run()).toMatchObject({ outcome: 'restored', removed: 1 });
    expect(rig.tree('dist')).toEqual({ a: 'A' });
  });

  test('A, B, A, B', async () => {
    const { rig, run } = await createTasks({ build: 'sh build.sh' }, { 'build.sh': `rm -rf dist; ${mirror}`, 'src/a': 'A' });
    await run();
    await rig.remove('src/a');
    await rig.write({ 'src/b/.keep': '', 'build.sh': `rm -rf dist; mkdir -p dist/sub; cat src/b/.keep > dist/sub/b` });
    await run();
    await rig.remove('src/b');
    await rig.write({ 'src/a': 'A', 'build.sh': `rm -rf dist; ${mirror}` });
    expect((await run()).outcome).toBe('restored');
    expect(rig.tree('dist')).toEqual({ a: 'A' });
    await rig.remove('src/a');
    await rig.write({ 'src/b/.keep': '', 'build.sh': `rm -rf dist; mkdir -p dist/sub; cat src/b/.keep > dist/sub/b` });
    expect((await run()).outcome).toBe('restored');
    expect(rig.tree('dist')).toEqual({ 'sub/b': '' });
  });

  test('a file may become a directory, a link, and a file again', async () => {
    const build =
      'rm -rf out; case $(cat state) in file) echo A > out;; directory) mkdir out; echo B > out/b;; link) ln -s state out;; esac';
    const { rig, run } = await createTasks({ build: 'sh build.sh' }, { 'build.sh': build });
    const into = async (state: string) => {
      await rig.write({ state });
      const { outcome } = await run();
      return [outcome, rig.tree()['out'] ?? rig.tree('out')['b']];
    };
    expect([await into('file'), await into('directory'), await into('link')].map(([outcome]) => outcome)).toEqual(
      Array(3).fill('executed'),
    );
    expect(await into('directory')).toEqual(['restored', 'B\n']);
    expect(await into('link')).toEqual(['restored', '-> state']);
    expect(await into('file')).toEqual(['restored', 'A\n']);
    expect(await into('directory')).toEqual(['restored', 'B\n']);
  });

  test('a directory that is published by a rename each time is right each time', async () => {
    const build = 'rm -rf dist.tmp dist; cp -r src dist.tmp; mv dist.tmp dist';
    const { rig, run } = await createTasks({ build: 'sh build.sh' }, { 'build.sh': build, 'src/a': 'A' });
    expect((await run()).notStored).toBe(undefined);
    await rig.write({ 'src/a': 'B', 'src/sub/b': 'B' });
    expect((await run()).notStored).toBe(undefined);
    expect((await run()).outcome).toBe('restored');
    await rig.remove('src/sub');
    await rig.write({ 'src/a': 'A' });
    expect((await run()).outcome).toBe('restored');
    expect(rig.tree('dist')).toEqual({ a: 'A' });
  });

  test('what already is as recorded is not touched', async () => {
    const { rig, run } = await createTasks({ build: 'sh build.sh' }, { 'build.sh': mirror, 'src/a': 'A', 'src/b': 'B' });
    await run();
    const before = statSync(rig.path('dist/a'));
    await rig.remove('dist/b');
    expect(await run()).toMatchObject({ outcome: 'restored', written: 1 });
    expect(statSync(rig.path('dist/a'))).toMatchObject({ ino: before.ino, mtimeMs: before.mtimeMs, ctimeMs: before.ctimeMs });
  });

  test('a mode that was changed is put back', async () => {
    const { rig, run } = await createTasks({ build: 'sh build.sh' }, { 'build.sh': mirror, 'src/a': 'A' });
    await run();
    chmodSync(rig.path('dist/a'), 0o755);
    expect((await run()).outcome).toBe('restored');
    expect(rig.tree('dist')).toEqual({ a: 'A' });
  });

  test('an edit of what was restored does not reach what is stored', async () => {
    const { rig, run } = await createIgnoringTasks({ build: 'sh build.sh' }, { 'build.sh': mirror, 'src/a': 'A' });
    await run();
    await rig.remove('dist');
    await run();
    appendFileSync(rig.path('dist/a'), 'edited');
    await rig.remove('dist');
    expect((await run()).outcome).toBe('restored');
    expect(rig.tree('dist')).toEqual({ a: 'A' });
  });
});

describe('elsewhere', () => {
  test('a workspace that was moved hits', async () => {
    const { rig, run } = await createTasks({ build: 'sh build.sh' }, { 'build.sh': mirror, 'src/a': 'A' });
    await run();
    renameSync(rig.root, `${rig.root}/../moved`);
    symlinkSync('moved', rig.root);
    expect(await run()).toMatchObject({ outcome: 'restored', written: 0 });
    await rig.remove('dist');
    expect(await run()).toMatchObject({ outcome: 'restored', written: 1 });
  });

  test('a second checkout with the same store hits', async () => {
    const [first, second] = [await createRig(), await createRig()];
    const build = `mkdir -p dist; cat a.txt > dist/a; ln -sf $PWD/a.txt dist/link; echo built`;
    const files = {
      'package.json': { name: 'app' },
      'reprise.config.json': { tasks: { build: 'sh build.sh' } },
      'build.sh': build,
      'a.txt': 'A',
    };
    await Promise.all([first.write(files), second.write(files)]);
    const env = { REPRISE_CACHE_DIR: `${first.temp}/store` };
    await runIn(first)('build', { env });
    expect(await runIn(second)('build', { env })).toMatchObject({ outcome: 'restored', stdout: expect.stringContaining('built\n') });
    expect(second.tree('dist')).toEqual({ a: 'A', link: `-> ${second.path('a.txt')}` });
  });

  test('each of two checkouts has its own ledger, so that none removes what is not its own', async () => {
    const [first, second] = [await createRig(), await createRig()];
    const files = {
      'package.json': { name: 'app' },
      'reprise.config.json': { tasks: { build: 'sh build.sh' } },
      'build.sh': mirror,
      'src/a': 'A',
    };
    await Promise.all([first.write(files), second.write({ ...files, 'dist/b': 'mine' })]);
    const env = { REPRISE_CACHE_DIR: `${first.temp}/store` };
    await runIn(first)('build', { env });
    await first.write({ 'src/b': 'B' });
    await runIn(first)('build', { env });
    await runIn(second)('build', { env });
    expect(second.tree('dist')).toEqual({ a: 'A', b: 'mine' });
  });
});
