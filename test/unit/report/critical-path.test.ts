import { expect, test } from 'vitest';
import type { TaskId } from '../../../src/graph/task.ts';
import { criticalPath } from '../../../src/report/critical-path.ts';
import type { StepRecord, TaskRecord } from '../../../src/report/run-record.ts';

function task(name: string, milliseconds: number, dependsOn: readonly string[] = []): TaskRecord {
  const step = { startedAtMs: 1000, endedAtMs: 1000 + milliseconds } as StepRecord;
  return {
    id: `#${name}` as TaskId,
    label: name,
    outcome: 'executed',
    dependsOn: dependsOn.map((other) => `#${other}` as TaskId),
    steps: [step],
  };
}

const pathOf = (...tasks: readonly TaskRecord[]) => {
  const { tasks: path, milliseconds } = criticalPath({ tasks });
  return { path: path.map(({ label }) => label), milliseconds };
};

test('the critical path is the chain of tasks that took longest, not the one with most tasks', () => {
  const tasks = [task('a', 10), task('b', 10, ['a']), task('c', 10, ['b']), task('big', 100), task('last', 5, ['big', 'a'])];
  expect(pathOf(...tasks)).toEqual({ path: ['big', 'last'], milliseconds: 105 });
});

test('a run of nothing has none', () => {
  expect(pathOf()).toEqual({ path: [], milliseconds: 0 });
});

test('a chain of 20,000 tasks, told from its end, is followed', () => {
  const chain = Array.from({ length: 20_000 }, (_, index) => task(`t${index}`, 1, index === 0 ? [] : [`t${index - 1}`]));
  expect(pathOf(...chain.toReversed()).milliseconds).toBe(20_000);
});

test('tasks that wait for each other in different runs are no endless chain', () => {
  expect(pathOf(task('a', 1, ['b']), task('b', 1, ['a'])).milliseconds).toBe(2);
});
