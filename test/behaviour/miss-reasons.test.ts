import { expect, test } from 'vitest';
import { configure, createCases } from '../harness/cases.ts';
import { createTasks } from '../harness/tasks.ts';

const script = `sh -c 'cat a.txt; :'`;

test('a change of the configuration is a miss that says what changed', async () => {
  const changes = {
    program: 'sort a.txt',
    argument: 'cat a.txt b.txt',
    'blank in an argument': 'cat "a.txt "',
    directory: { command: 'cat a.txt', cwd: 'sub' },
    assignment: 'MODE=a cat a.txt',
    'untracked variables': { command: 'cat a.txt', untrackedEnv: ['A'] },
    inputs: { command: 'cat a.txt', input: ['a.txt'] },
    outputs: { command: 'cat a.txt', output: ['dist/**'] },
  };
  const files = { 'a.txt': 'A', 'b.txt': 'B', 'a.txt ': 'C', 'sub/a.txt': 'D' };
  const cases = await createCases(changes, files);
  await configure(cases, cases.all('cat a.txt'));
  await cases.run();
  await configure(cases, changes);
  expect(await cases.run()).toMatchObject({
    program: { miss: { code: 'program-changed' } },
    argument: { miss: { code: 'args-changed' } },
    'blank in an argument': { miss: { code: 'args-changed' } },
    directory: { miss: { code: 'working-directory-changed' } },
    assignment: { miss: { code: 'env-changed', name: 'MODE', change: 'added' } },
    'untracked variables': { miss: { code: 'untracked-env-changed' } },
    inputs: { miss: { code: 'input-config-changed' } },
    outputs: { miss: { code: 'output-config-changed' } },
  });
  await configure(cases, cases.all('cat a.txt'));
  expect(await cases.run()).toMatchObject(cases.all({ outcome: 'restored' }));
});

test('a task that never ran says so', async () => {
  const { run } = await createTasks({ build: script, other: 'cat b.txt' }, { 'a.txt': 'A', 'b.txt': 'B' });
  await run();
  expect((await run('other')).miss).toEqual({ code: 'first-run' });
});

test('arguments of the command line count', async () => {
  const { rig, run } = await createTasks({ build: 'cat a.txt' }, { 'a.txt': 'A', 'b.txt': 'B' });
  await run();
  await rig.run(['run', 'build', 'b.txt']);
  expect((await rig.run(['run', 'build', 'b.txt'])).record?.totals.hits).toBe(1);
  expect((await run()).outcome).toBe('restored');
});

test('of several stored results the nearest one tells the reason', async () => {
  const { rig, run } = await createTasks({ build: 'cat a.txt b.txt c.txt' }, { 'a.txt': '1', 'b.txt': '1', 'c.txt': '1' });
  await run();
  await rig.write({ 'a.txt': '2', 'b.txt': '2', 'c.txt': '2' });
  await run();
  await rig.write({ 'a.txt': '1', 'b.txt': '1' });
  const { record } = await run();
  const reasons = [{ code: 'input-changed', path: 'c.txt', change: 'modified' }];
  expect(record?.tasks[0]?.steps[0]?.decision).toEqual({ kind: 'miss', reasons, more: 0 });
});

test('every difference is told', async () => {
  const { rig, run } = await createTasks({ build: `sh -c 'cat a.txt b.txt; ls src; :'` }, { 'a.txt': '1', 'b.txt': '1', 'src/a': '' });
  await run();
  await rig.write({ 'a.txt': '2', 'src/b': '' });
  await rig.remove('b.txt');
  const { record } = await run();
  expect(record?.tasks[0]?.steps[0]?.decision).toEqual({
    kind: 'miss',
    more: 0,
    reasons: expect.arrayContaining([
      { code: 'input-changed', path: 'a.txt', change: 'modified' },
      { code: 'input-changed', path: 'b.txt', change: 'removed' },
      { code: 'listing-changed', path: 'src', name: 'b', change: 'added' },
    ]),
  });
});

test('a change of another task is no miss', async () => {
  const { rig, run } = await createTasks({ build: 'cat a.txt', other: 'cat b.txt' }, { 'a.txt': 'A', 'b.txt': 'B' });
  await run();
  await rig.write({ 'reprise.config.json': { tasks: { build: 'cat a.txt', other: 'cat a.txt b.txt' } } });
  expect((await run()).outcome).toBe('restored');
});
