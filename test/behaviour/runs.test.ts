import { expect, test } from 'vitest';
import { createRig } from '../harness/rig.ts';
import { createTasks } from '../harness/tasks.ts';

test('after a failure --continue goes on with what does not depend on it', async () => {
  const { rig } = await createTasks({
    bad: 'sh -c "exit 3"',
    after: { command: 'touch after', dependsOn: ['bad'] },
    good: 'touch good',
    more: { command: 'touch more', dependsOn: ['good'] },
    all: { command: 'true', dependsOn: ['after', 'more'] },
  });
  const { exitCode, record } = await rig.run(['run', '--continue', '--concurrency-limit', '1', 'all']);
  expect(exitCode).toBe(3);
  expect(record?.totals).toMatchObject({ failed: 1, succeeded: 2, blocked: 2 });
  expect(Object.keys(rig.tree())).toEqual(expect.arrayContaining(['good', 'more']));
});

test('of several failures the first in time decides', async () => {
  const rig = await createRig();
  const [slow, quick] = [await rig.command('slow'), await rig.command('quick')];
  const tasks = { slow: slow.command, quick: quick.command, all: { command: 'true', dependsOn: ['slow', 'quick'] } };
  await rig.write({ 'package.json': { name: 'app' }, 'vite-task.json': { tasks } });
  const run = rig.start(['run', '--continue', '--concurrency-limit', '2', 'all']);
  const [slowRun, quickRun] = [await slow.started(), await quick.started()];
  quickRun.exit(4);
  await run.printed('exit code: 4');
  slowRun.exit(5);
  expect((await run.ended).exitCode).toBe(4);
});

test('--force runs what would hit, and replaces what is stored', async () => {
  const { rig, run } = await createTasks({ build: 'sh -c "cat a; date +%N > stamp"' }, { a: 'A' });
  await run();
  const before = rig.tree()['stamp'];
  const forced = await run('build', { flags: ['--force'] });
  expect(forced).toMatchObject({ outcome: 'executed', miss: { code: 'forced' } });
  const after = rig.tree()['stamp'];
  expect(after).not.toBe(before);
  await rig.remove('stamp');
  expect((await run()).outcome).toBe('restored');
  expect(rig.tree()['stamp']).toBe(after);
});

test('of two identical steps at once, the second waits without a slot and then hits', async () => {
  const rig = await createRig();
  const build = await rig.command('build');
  const other = await rig.command('other');
  const tasks = {
    one: build.command,
    two: build.command,
    other: other.command,
    all: { command: 'true', dependsOn: ['one', 'two', 'other'] },
  };
  await rig.write({ 'package.json': { name: 'app' }, 'vite-task.json': { tasks } });
  const run = rig.start(['run', '--concurrency-limit', '2', 'all']);
  const [building, others] = [await build.started(), await other.started()];
  building.exit(0);
  others.exit(0);
  expect((await run.ended).exitCode).toBe(0);
  expect(build.count).toBe(1);
  expect((await rig.record())?.totals).toMatchObject({ hits: 1 });
});

test('if the first of two identical steps is not stored, the second runs', async () => {
  const rig = await createRig();
  const build = await rig.command('build');
  const tasks = { one: build.command, two: build.command, all: { command: 'true', dependsOn: ['one', 'two'] } };
  await rig.write({ 'package.json': { name: 'app' }, 'vite-task.json': { tasks }, input: 'x' });
  const run = rig.start(['run', '--concurrency-limit', '2', 'all']);
  const first = await build.started();
  await first.read('input');
  await first.write('input', 'y');
  first.exit(0);
  (await build.started()).exit(0);
  expect((await run.ended).exitCode).toBe(0);
  expect(build.count).toBe(2);
});

test('a task that several runs inside name is executed once at a time', async () => {
  const rig = await createRig();
  const build = await rig.command('build');
  const scripts = { one: 'reprise run build', two: 'reprise run build', build: build.command };
  const tasks = { all: { command: 'true', dependsOn: ['one', 'two'] } };
  await rig.write({ 'package.json': { name: 'app', scripts }, 'vite-task.json': { tasks } });
  const run = rig.start(['run', '--no-cache', '--concurrency-limit', '2', 'all']);
  const first = await build.started();
  await first.stdout('first\n');
  await run.printed('first');
  expect(build.count).toBe(1);
  first.exit(0);
  (await build.started()).exit(0);
  expect((await run.ended).exitCode).toBe(0);
});

test('--parallel starts dependents with their dependencies', async () => {
  const rig = await createRig();
  const [a, b] = [await rig.command('a'), await rig.command('b')];
  await rig.write({
    'package.json': { name: 'root', workspaces: ['*'] },
    'a/package.json': { name: 'a', version: '1.0.0', scripts: { dev: a.command } },
    'b/package.json': { name: 'b', scripts: { dev: b.command }, dependencies: { a: '*' } },
  });
  const run = rig.start(['run', '-r', '--parallel', 'dev'], { env: { REPRISE_CONCURRENCY_LIMIT: '' } });
  const both = [await a.started(), await b.started()];
  for (const one of both) one.exit(0);
  expect((await run.ended).exitCode).toBe(0);
});

test('packages that depend on each other are run, and named in the report', async () => {
  const rig = await createRig();
  const scripts = { build: 'true' };
  await rig.write({
    'package.json': { name: 'root', workspaces: ['*'] },
    'a/package.json': { name: 'a', version: '1.0.0', scripts, dependencies: { b: '*' } },
    'b/package.json': { name: 'b', version: '1.0.0', scripts, dependencies: { a: '*' } },
  });
  const { stdout, exitCode } = await rig.run(['run', '-r', '-v', 'build']);
  expect(stdout).toContain('Package cycle: a, b');
  expect(exitCode).toBe(0);
});
