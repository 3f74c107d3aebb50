import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Rig, RunOptions, RunResult } from '../harness/rig.ts';
import { cacheHome, damage } from '../harness/store-damage.ts';
import { createTasks } from '../harness/tasks.ts';

/** A workspace whose tasks `build` and `lint` are stored. */
async function stored(): Promise<{ rig: Rig; run: Awaited<ReturnType<typeof createTasks>>['run'] }> {
  const made = await createTasks(
    { build: 'sh build.sh', lint: 'cat in.txt' },
    { 'build.sh': 'mkdir -p dist; cat in.txt > dist/out.txt; seq 1 9000\n', 'in.txt': 'in\n' },
  );
  await made.run('build');
  await made.run('lint');
  return made;
}

async function cache(rig: Rig, args: string, options?: RunOptions): Promise<RunResult> {
  return rig
    .start(['cache', ...args.split(' ').filter((word) => word !== '')], options)
    .ended.then((output) => ({ ...output, record: undefined }));
}

async function json(rig: Rig, args: string): Promise<unknown> {
  const { stdout, stderr, exitCode } = await cache(rig, `${args} --json`);
  expect([stderr, exitCode]).toEqual(['', 0]);
  return JSON.parse(stdout);
}

async function labels(rig: Rig): Promise<string[]> {
  const { tasks } = (await json(rig, 'ls')) as { tasks: { task: string }[] };
  return tasks.map(({ task }) => task).sort();
}

describe('`cache path`', () => {
  test('names where the store is: in the workspace, where the config says, or where the environment says', async () => {
    const { rig } = await createTasks({});
    const places = [await cache(rig, 'path')];
    await rig.write({ 'reprise.config.json': { cacheDir: '../shared' } });
    places.push(await cache(rig, 'path'), await cache(rig, 'path', { env: { REPRISE_CACHE_DIR: '/elsewhere' } }));
    expect(places.map(({ stdout }) => stdout)).toEqual([`${rig.path(cacheHome)}\n`, `${rig.path('../shared')}\n`, '/elsewhere\n']);
  });
});

describe('`cache ls`', () => {
  test('tells for each task how many entries there are, how large, and when they were last used', async () => {
    const { rig } = await stored();
    expect(await json(rig, 'ls')).toMatchObject({
      version: 1,
      directory: realpathSync(rig.path(cacheHome)),
      tasks: [
        { id: '#build', task: 'app#build', entries: 1, bytes: expect.any(Number), lastUse: expect.stringMatching(/^\d{4}-.*Z$/) },
        { id: '#lint', task: 'app#lint', entries: 1 },
      ],
    });
    expect((await cache(rig, 'ls')).stdout).toMatch(/^app#build {2}1 entry {2}[\d.]+ kB {2}\S.*\napp#lint {3}1 entry {2}.*\n$/);
  });

  test('counts the states of a task', async () => {
    const { rig, run } = await stored();
    await rig.write({ 'in.txt': 'other\n' });
    await run('build');
    expect(await json(rig, 'ls')).toMatchObject({ tasks: [{ task: 'app#build', entries: 2 }, { task: 'app#lint' }] });
  });
});

describe('`cache size`', () => {
  test('tells what the store takes, of what, and how much it may', async () => {
    const { rig } = await stored();
    const size = (await json(rig, 'size')) as { bytes: number; limit: number; blobs: { bytes: number }; index: { bytes: number } };
    expect(size).toMatchObject({ version: 1, entries: 2, blobs: { count: 2 } });
    expect(size.bytes).toBe(size.blobs.bytes + size.index.bytes);
    expect(size.limit).toBeLessThanOrEqual(10e9);
    expect((await cache(rig, 'size')).stdout).toMatch(
      /^[\d.]+ kB of at most [\d.]+ GB in .*\n.* in 2 blobs\n.* for the index of 2 entries\n$/,
    );
  });
});

describe('`cache clean`', () => {
  test('removes everything, so that every task misses as if for the first time', async () => {
    const { rig, run } = await stored();
    expect(await json(rig, 'clean')).toMatchObject({ entries: { removed: 2 }, blobs: 2, waitingBytes: 0 });
    expect(await labels(rig)).toEqual([]);
    expect((await run('build')).miss).toEqual({ code: 'first-run' });
    expect((await run('build')).outcome).toBe('restored');
  });

  test('removes the entries of one task and leaves all others', async () => {
    const { rig, run } = await stored();
    expect(await json(rig, 'clean --task lint')).toMatchObject({ entries: { removed: 1 } });
    expect(await labels(rig)).toEqual(['app#build']);
    expect((await run('build')).outcome).toBe('restored');
    expect((await run('lint')).outcome).toBe('executed');
  });

  test('removes the entries of one package', async () => {
    const { rig } = await stored();
    await rig.write({
      'package.json': { name: 'app', workspaces: ['packages/*'] },
      'packages/a/package.json': { name: '@x/a', scripts: { build: 'true' } },
    });
    await rig.run(['run', '--cache', 'build'], { cwd: 'packages/a' });
    expect(await labels(rig)).toEqual(['@x/a#build', 'app#build', 'app#lint']);
    await json(rig, 'clean --package a');
    expect(await labels(rig)).toEqual(['app#build', 'app#lint']);
    await json(rig, 'clean --task app#build');
    expect(await labels(rig)).toEqual(['app#lint']);
  });

  test('leaves what the tasks have made, and a task that builds upon it is stored again', async () => {
    const { rig, run } = await stored();
    await cache(rig, 'clean');
    expect(rig.tree('dist')).toEqual({ 'out.txt': 'in\n' });
    expect((await run('build')).notStored).toBe(undefined);
  });

  test('of one task keeps what the checkout knows of its paths: a hit removes what another state left', async () => {
    const { rig, run } = await createTasks(
      { build: 'sh build.sh' },
      { 'build.sh': 'mkdir -p dist; touch dist/$(cat in.txt)\n', 'in.txt': 'one' },
    );
    await run();
    await rig.write({ 'in.txt': 'two' });
    await rig.remove('dist');
    await run();
    await json(rig, 'clean --task build');
    await rig.remove('dist');
    await run();
    await rig.write({ 'in.txt': 'one' });
    await rig.remove('dist');
    await run();
    await rig.write({ 'in.txt': 'two' });
    expect((await run()).outcome).toBe('restored');
    expect(rig.tree('dist')).toEqual({ two: '' });
  });

  test('during a run neither fails nor delays it, and what the run stores serves', async () => {
    const { rig, run } = await createTasks({}, { 'in.txt': 'in\n' });
    const build = await rig.command('build');
    await rig.write({ 'reprise.config.json': { tasks: { first: 'cat in.txt', build: { command: build.command, dependsOn: ['first'] } } } });
    await run('first');
    const running = rig.start(['run', 'build']);
    const invocation = await build.started();
    expect(await json(rig, 'clean')).toMatchObject({ entries: { removed: 1 } });
    await invocation.stdout('built\n');
    await invocation.exit(0);
    expect(await running.ended).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await labels(rig)).toEqual(['app#build']);
  });

  test('after which only the blobs of a run in progress are left, which go with it', async () => {
    const { rig } = await stored();
    const other = await rig.command('other');
    await rig.write({ 'reprise.config.json': { tasks: { other: other.command } } });
    const running = rig.start(['run', 'other']);
    const invocation = await other.started();
    const cleaned = (await json(rig, 'clean')) as { waitingBytes: number };
    expect(cleaned.waitingBytes).toBeGreaterThan(0);
    await invocation.exit(0);
    expect((await running.ended).exitCode).toBe(0);
    expect(await json(rig, 'size')).toMatchObject({ blobs: { count: 0 } });
  });
});

describe('`cache gc`', () => {
  test('frees what nothing refers to, what is damaged, and what killed runs have left', async () => {
    const { rig, run } = await stored();
    await rig.write({
      [`${cacheHome}/v3/blobs/ab/${'c'.repeat(30)}`]: 'x'.repeat(5000),
      [`${cacheHome}/v3/blobs/blob.999999999-abc.tmp`]: 'x',
      [`${cacheHome}/run.999999999-abc.tmp/file`]: 'x',
      [`${cacheHome}/v0/salt`]: 'x',
    });
    expect(await json(rig, 'gc')).toMatchObject({ blobs: 1, temporaryFiles: 2, entries: { removed: 0, damaged: 0 } });
    expect((await cache(rig, 'gc')).stdout).toBe('Nothing to free\n');
    expect([existsSync(rig.path(`${cacheHome}/v0`)), (await run('build')).outcome]).toEqual([false, 'restored']);
  });

  test('drops an entry whose blob is gone', async () => {
    const { rig } = await stored();
    damage(rig, 'v3/blobs/*/*', 'deleted');
    expect((await cache(rig, 'gc')).stdout).toMatch(/^Freed .*1 damaged entry/);
    expect(await labels(rig)).toEqual(['app#lint']);
  });
});

describe('every one of them', () => {
  const all = ['ls', 'size', 'clean', 'gc'];

  test.each(all)('%s leaves no trace where nothing is stored', async (action) => {
    const { rig } = await createTasks({});
    expect(await cache(rig, action)).toMatchObject({ exitCode: 0, stderr: '' });
    expect(readdirSync(rig.root).sort()).toEqual(['package.json', 'reprise.config.json']);
  });

  test.each(all)('%s says so where the store is damaged, or mends it', async (action) => {
    const { rig, run } = await stored();
    damage(rig, 'v3/index/CURRENT', 'garbage');
    const { exitCode, stderr } = await cache(rig, action);
    expect(stderr).not.toMatch(/ at |crash/);
    expect([exitCode, stderr.startsWith('error[cache-fault]: ')]).toEqual(['ls', 'size'].includes(action) ? [1, true] : [0, false]);
    expect((await run('build')).exitCode).toBe(0);
  });

  test.each(all)('%s says so where the store may not be written', async (action) => {
    const { rig } = await stored();
    rig.handOver();
    damage(rig, 'v3/index', 'read-only');
    damage(rig, 'v3/index/LOCK', 'read-only');
    const { exitCode, stderr } = await cache(rig, action, { isUnprivileged: true });
    expect([exitCode, stderr]).toEqual([1, expect.stringMatching(/^error\[cache-fault\]: the cache index is unusable: .*\nhint: .*\n$/)]);
  });
});

describe('a mistake', () => {
  test.each([
    ['', 'nothing is said to do with the cache'],
    ['sise', "'cache sise' does not exist\nhint: Did you mean 'size'?"],
    ['ls --task build', "--task does not go with 'cache ls'"],
    ['path --json', "--json does not go with 'cache path'"],
    ['clean --task biuld', "Task 'biuld' does not exist, and nothing of it is stored\nhint: Did you mean 'build'?"],
    ['clean --package ap', "Package 'ap' has no task, and nothing of it is stored\nhint: Did you mean 'app'?"],
    ['clean --task app#build --package app', "--package does not go with 'app#build', which names one"],
  ])('in `cache %s` is told with what was meant', async (args, message) => {
    const { rig } = await createTasks({ build: 'true' });
    const { exitCode, stderr, stdout } = await cache(rig, args);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain(`error[usage]: ${message}`);
  });

  test('is no task of which nothing is stored', async () => {
    const { rig } = await createTasks({ build: 'true' });
    expect(await json(rig, 'clean --task build')).toMatchObject({ entries: { removed: 0 } });
  });
});
