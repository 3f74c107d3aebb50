import { chmodSync } from 'node:fs';
import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { graphJsonSchema, planJsonSchema } from '../../src/report/document-schemas.ts';
import { createRig, type Rig } from '../harness/rig.ts';
import { createTasks } from '../harness/tasks.ts';

interface PlanDocument {
  readonly plan: Readonly<Record<string, { readonly steps: readonly { readonly cache?: object }[] }>>;
}

/** Every document that a test asks for is checked. */
const isPlan = new Ajv({ strict: false }).compile({ ...planJsonSchema() } as object);
const isGraph = new Ajv({ strict: false }).compile({ ...graphJsonSchema() } as object);

async function planned(rig: Rig, ...words: string[]): Promise<PlanDocument> {
  const { stdout, stderr, exitCode } = await rig.run(['run', '--dry-run', '--json', ...words]);
  if (exitCode !== 0) throw new Error(stderr);
  const document = JSON.parse(stdout) as PlanDocument;
  expect(isPlan(document) || isPlan.errors).toBe(true);
  return document;
}

const cacheOf = (document: PlanDocument, task = '#build') => document.plan[task]?.steps.map(({ cache }) => cache);

test('a dry run tells of each step whether it would hit, and runs nothing', async () => {
  const { rig, run } = await createTasks({ build: 'cp a b && sh -c "cat a > c"' }, { a: 'A' });
  expect(cacheOf(await planned(rig, 'build'))).toEqual([{ status: 'noBaseline' }, { status: 'noBaseline' }]);
  expect(Object.keys(rig.tree())).not.toContain('b');

  await run();
  const hit = { status: 'hit', baseline: { durationMs: expect.any(Number) } };
  expect(cacheOf(await planned(rig, 'build'))).toEqual([hit, hit]);

  await rig.write({ a: 'B' });
  expect(cacheOf(await planned(rig, 'build'))).toMatchObject([
    { status: 'miss', reasons: [{ code: 'input-changed', path: 'a', change: 'modified', message: "'a' modified" }] },
    { status: 'miss' },
  ]);
});

test('a plan has the shape that is documented', async () => {
  const { rig } = await createTasks(
    { gen: 'true x', build: { command: 'cd src && reprise run gen && echo done && sh -c "a | b"', dependsOn: ['gen'] } },
    { 'src/x': '' },
  );
  const document = await planned(rig, 'build', '--flag');
  expect(document).toEqual({
    version: 1,
    workspaceRoot: rig.root,
    plan: {
      '#gen': {
        package: 'app',
        name: 'gen',
        steps: [{ command: 'true x', program: 'true', args: ['x'], cwd: '', cache: { status: 'noBaseline' } }],
      },
      '#build': {
        package: 'app',
        name: 'build',
        dependsOn: ['#gen'],
        steps: [
          { command: 'reprise run gen', plan: { '#gen': expect.objectContaining({ name: 'gen' }) } },
          { command: 'echo done', program: 'echo', args: ['done'], cwd: 'src', provisional: true },
          {
            command: 'sh -c "a | b" --flag',
            program: 'sh',
            args: ['-c', 'a | b', '--flag'],
            cwd: 'src',
            cache: { status: 'noBaseline' },
            provisional: true,
          },
        ],
      },
    },
  });
});

test('why nothing is asked of the cache is said', async () => {
  const rig = await createRig();
  await rig.write({ 'package.json': { name: 'app', scripts: { build: 'true', gone: 'no-such-program' } } });
  expect(cacheOf(await planned(rig, 'build'))).toEqual([{ status: 'disabled', reason: 'scripts-not-cached' }]);
  expect((await planned(rig, '--cache', 'gone')).plan['#gone']?.steps[0]).toMatchObject({ problem: { code: 'program-not-found' } });
  expect(cacheOf(await planned(rig, '--cache', '--force', 'build'))).toMatchObject([{ status: 'miss', reasons: [{ code: 'forced' }] }]);
});

test('a dry run writes nothing and needs nothing that can be written', async () => {
  const { rig, run } = await createTasks({ build: 'cp a b' }, { a: 'A' });
  await run();
  rig.handOver();
  const before = rig.tree();
  const closed = ['', 'node_modules/.cache/reprise', 'node_modules/.cache/reprise/v3/index', 'node_modules/.cache/reprise/tree'];
  for (const directory of closed) chmodSync(rig.path(directory), 0o555);
  const { stdout, exitCode } = await rig.start(['run', '--dry-run', 'build'], { isUnprivileged: true }).ended;
  for (const directory of closed) chmodSync(rig.path(directory), 0o755);
  expect({ stdout: stdout.replace(/\d+ms/, '<time>'), exitCode }).toEqual({
    stdout: '$ cp a b ◉ cache hit, <time> saved\n---\nreprise run: 1/1 cache hit (100%), nothing was run.\n',
    exitCode: 0,
  });
  expect(rig.tree()).toEqual(before);
});

test('a dry run without a cache makes none', async () => {
  const { rig } = await createTasks({ build: 'cp a b' }, { a: 'A' });
  const before = rig.tree();
  await planned(rig, 'build');
  expect(rig.tree()).toEqual(before);
});

test('a dry run waits for nobody', async () => {
  const rig = await createRig();
  const slow = await rig.command('slow');
  await rig.write({ 'package.json': { name: 'app' }, 'vite-task.json': { tasks: { slow: slow.command, build: 'cp a b' } }, a: 'A' });
  await rig.run(['run', 'build']);
  const run = rig.start(['run', 'slow']);
  const started = await slow.started();
  expect(cacheOf(await planned(rig, 'build'))).toMatchObject([{ status: 'hit' }]);
  started.exit(0);
  await run.ended;
});

test('--json without a task is the graph of all packages and tasks', async () => {
  const rig = await createRig();
  await rig.write({
    'package.json': { name: 'root', workspaces: ['packages/*'] },
    'packages/a/package.json': { name: '@x/a', version: '1.0.0', scripts: { build: 'tsc' } },
    'packages/b/package.json': { dependencies: { '@x/a': '*' } },
    'packages/b/vite-task.json': { tasks: { check: { command: ['one', 'two'], dependsOn: ['@x/a#build'] } } },
  });
  const { stdout } = await rig.run(['run', '--json']);
  expect(isGraph(JSON.parse(stdout)) || isGraph.errors).toBe(true);
  expect(JSON.parse(stdout)).toEqual({
    version: 1,
    workspaceRoot: rig.root,
    packages: { '': { name: 'root' }, 'packages/a': { name: '@x/a' }, 'packages/b': { dependencies: ['packages/a'] } },
    tasks: {
      'packages/a#build': { package: '@x/a', name: 'build', command: 'tsc', origin: 'script' },
      'packages/b#check': {
        package: 'packages/b',
        name: 'check',
        command: 'one && two',
        origin: 'config',
        dependsOn: ['packages/a#build'],
      },
    },
  });
});

test('without a task the tasks are listed, those at hand first', async () => {
  const rig = await createRig();
  await rig.write({
    'package.json': { name: 'root', workspaces: ['*'], scripts: { all: 'true' } },
    'a/package.json': { name: 'a', scripts: { build: 'tsc -p .' } },
  });
  expect((await rig.run(['run'], { cwd: 'a' })).stdout).toBe('build: tsc -p .\nroot#all: true\n');
});

test.each([
  ['--json build', '--json with a task goes with --dry-run'],
  ['--dry-run', 'no task is named'],
  ['-r', 'no task is named'],
])('%s is wrong usage', async (words, message) => {
  const { rig } = await createTasks({ build: 'true' });
  const { stderr, exitCode } = await rig.run(['run', ...words.split(' ')]);
  expect(stderr).toContain(`error[usage]: ${message}`);
  expect(exitCode).toBe(2);
});
