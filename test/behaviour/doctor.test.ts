import { mkdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Health } from '../../src/report/health.ts';
import { tryTrace } from '../../src/execute/try-trace.ts';
import { createRig, type FileContent, type Rig } from '../harness/rig.ts';

async function workspace(files: Readonly<Record<string, FileContent>> = {}): Promise<Rig> {
  const rig = await createRig();
  await rig.write({ 'package.json': { name: 'app', scripts: { build: 'cat in.txt' } }, 'in.txt': 'in', ...files });
  return rig;
}

async function examined(rig: Rig, options = {}) {
  const { stdout, exitCode } = await rig.start(['doctor', '--json'], options).ended;
  const health = JSON.parse(stdout) as Health;
  return { exitCode, health, of: (check: string) => health.findings.find((finding) => finding.check === check) };
}

test('where caching works, that is what it says, and nothing is changed', async () => {
  const rig = await workspace();
  const before = rig.tree();
  const { stdout, exitCode } = await rig.run(['doctor']);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^✓ tracing +level full: a command was traced, and what it read was seen \(\d+ ms\)$/m);
  expect(stdout).toMatch(/^✓ store +.*\/node_modules\/\.cache\/reprise: nothing is stored yet, format \d+$/m);
  expect(stdout).toMatch(/\nCaching works here\.\n$/);
  expect(rig.tree()).toEqual(before);
});

test('a store is told by what it holds, and is left as it is', async () => {
  const rig = await workspace();
  await rig.run(['run', '--cache', 'build']);
  const before = rig.tree('node_modules');
  const { of } = await examined(rig);
  expect(of('store')).toMatchObject({ status: 'good', facts: { exists: true, canWrite: true, contents: { entries: 1 } } });
  expect(rig.tree('node_modules')).toEqual(before);
});

test('a store that cannot be written makes caching impossible', async () => {
  const rig = await workspace();
  mkdirSync(rig.path('store'), { mode: 0o555 });
  rig.handOver();
  const { exitCode, health, of } = await examined(rig, { env: { REPRISE_CACHE_DIR: 'store' }, isUnprivileged: true });
  expect([exitCode, health.canCache, of('store')?.status]).toEqual([1, false, 'bad']);
});

test('configs are told by how they are read, and mistakes in them are no end of it', async () => {
  const rig = await workspace({
    'package.json': { private: true, workspaces: ['packages/*'] },
    'packages/a/package.json': { name: 'a' },
    'packages/a/vite-task.json': { tasks: { x: 'true' } },
    'packages/b/package.json': { name: 'b' },
    'packages/b/reprise.config.mjs': 'const tasks = Object.fromEntries([["x", "true"]]);\nexport default { tasks };',
    'packages/c/package.json': { name: 'c' },
    'packages/c/reprise.config.json': { taks: {} },
  });
  const { exitCode, of } = await examined(rig);
  expect(exitCode).toBe(0);
  expect(of('configs')?.details?.slice(0, 3)).toEqual([
    'packages/a/vite-task.json: read without running it',
    'packages/b/reprise.config.mjs: run',
    'packages/c/reprise.config.json: wrong',
  ]);
  expect(of('configs')?.details?.[3]).toContain('unknown-config-key');
});

test('without a place for temporary files nothing works', async () => {
  const { exitCode, of } = await examined(await workspace(), { env: { TMPDIR: '/nowhere' } });
  expect([exitCode, of('temporary')?.text]).toEqual([1, 'no directory can be made in /nowhere: no such file or directory']);
});

test('outside of a workspace it tells of all the rest', async () => {
  const rig = await createRig();
  const { exitCode, of } = await examined(rig);
  expect([exitCode, of('workspace')?.status, of('tracing')?.status]).toEqual([1, 'bad', 'good']);
});

test.each([
  [{ kind: 'unavailable', why: 'not on this machine' }, 'not on this machine'],
  [{ kind: 'available', path: '/bin/false' }, ''],
] as const)('tracing with %o does not work', async (helper, why) => {
  const rig = await createRig();
  const trial = await tryTrace(helper, rig.temp);
  expect(trial.kind === 'not-traced' && trial.why).toContain(why);
});
