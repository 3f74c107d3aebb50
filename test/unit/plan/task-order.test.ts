import { expect, test } from 'vitest';
import type { AbsolutePath, WorkspacePath } from '../../../src/base/path.ts';
import { makeTaskId } from '../../../src/graph/task.ts';
import type { Plan, PlannedTask } from '../../../src/plan/planned.ts';
import { orderOf } from '../../../src/plan/task-order.ts';
import { sampleStep } from '../report/sample.ts';

const id = (name: string) => makeTaskId('' as WorkspacePath, name);

function plan(...tasks: readonly PlannedTask[]): Plan {
  return { root: '/repo' as AbsolutePath, tasks, notes: [], limit: undefined, keepGoing: false, force: false };
}

/** With a command of its own, and before it one run for each of `nested`. */
function task(name: string, dependencies: readonly string[] = [], nested: readonly Plan[] = []): PlannedTask {
  const runs = nestedOnly(name, dependencies, nested);
  return { ...runs, steps: [...runs.steps, sampleStep(`#${name}`)] };
}

function nestedOnly(name: string, dependencies: readonly string[], nested: readonly Plan[]): PlannedTask {
  const place = { shown: 'reprise run x', cwd: '' as WorkspacePath, envPrefix: [] };
  const steps = nested.map((inner, index) => ({ ...place, index, plan: inner }));
  return { id: id(name), label: name, directory: '' as WorkspacePath, dependencies: dependencies.map(id), extraArgs: [], steps };
}

/** Of each task the ones that it waits for. */
function waitsIn(plan: Plan) {
  return Object.fromEntries(orderOf(plan).map(({ task, waitsFor }) => [task, waitsFor]));
}

test('a task waits for what it depends on', () => {
  expect(waitsIn(plan(task('a'), task('b', ['a']), task('c', ['a', 'b'])))).toEqual({ '#a': [], '#b': ['#a'], '#c': ['#a', '#b'] });
});

test('it waits for the last tasks of a run inside it, and their first ones for what it depends on', () => {
  const inner = plan(task('x'), task('y', ['x']));
  const waits = waitsIn(plan(task('gen'), task('all', ['gen'], [inner])));

  expect(waits).toEqual({ '#gen': [], '#x': ['#gen'], '#y': ['#x'], '#all': ['#gen', '#y'] });
});

test('a task that only runs others is bridged over', () => {
  const tasks = plan(nestedOnly('all', [], [plan(task('x'))]), task('after', ['all']));
  expect(waitsIn(tasks)).toMatchObject({ '#after': ['#x'] });
});

test('a task of several runs is told once, with what it waits for in any of them', () => {
  const runs = [plan(task('x')), plan(task('y'), task('x', ['y']))];

  expect(orderOf(plan(task('all', [], runs)))).toEqual([
    { task: '#x', label: 'x', waitsFor: ['#y'] },
    { task: '#y', label: 'y', waitsFor: [] },
    { task: '#all', label: 'all', waitsFor: ['#x'] },
  ]);
});
