import { expect, test } from 'vitest';
import type { AbsolutePath, WorkspacePath } from '../../../src/base/path.ts';
import { makeTaskId } from '../../../src/graph/task.ts';
import type { Plan, PlannedTask } from '../../../src/plan/planned.ts';
import { waitsOf } from '../../../src/plan/waits.ts';
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

test('a task waits for what it depends on', () => {
  expect(waitsOf(plan(task('a'), task('b', ['a']), task('c', ['a', 'b'])))).toEqual({ '#b': ['#a'], '#c': ['#a', '#b'] });
});

test('it waits for the last tasks of a run inside it, and their first ones for what it depends on', () => {
  const inner = plan(task('x'), task('y', ['x']));
  expect(waitsOf(plan(task('gen'), task('all', ['gen'], [inner])))).toEqual({ '#x': ['#gen'], '#y': ['#x'], '#all': ['#gen', '#y'] });
});

test('a task that only runs others is bridged over', () => {
  const tasks = plan(nestedOnly('all', [], [plan(task('x'))]), task('after', ['all']));
  expect(waitsOf(tasks)).toMatchObject({ '#after': ['#x'] });
});
