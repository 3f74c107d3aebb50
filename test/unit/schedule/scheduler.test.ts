import { expect, test } from 'vitest';
import type { WorkspacePath } from '../../../src/base/path.ts';
import type { TaskId } from '../../../src/graph/task.ts';
import type { Plan, PlannedTask } from '../../../src/plan/planned.ts';
import { schedule, type Work } from '../../../src/schedule/scheduler.ts';

test('a task starts only once all its dependencies are done', async () => {
  const run = scheduled(plan({ a: [], b: [], c: ['a', 'b'] }));
  expect(run.started).toEqual(['a', 'b']);
  await run.end('a', 'passed');
  expect(run.started).toEqual(['a', 'b']);
  await run.end('b', 'passed');
  expect(run.started).toEqual(['a', 'b', 'c']);
});

test('the result holds the end of every task', async () => {
  const run = scheduled(plan({ a: [], b: ['a'] }));
  await run.end('a', 'passed');
  await run.end('b', 'passed');
  expect(await run.result()).toEqual({ a: { kind: 'ended', outcome: 'passed' }, b: { kind: 'ended', outcome: 'passed' } });
});

test('an empty plan is done at once', async () => {
  expect(await scheduled(plan({})).result()).toEqual({});
});

test('what the longest chain waits for starts first', async () => {
  const run = scheduled(plan({ short: [], middle: [], top: ['middle'], base: [], one: ['base'], two: ['one'] }));
  expect(run.started).toEqual(['base', 'middle', 'short']);
  expect(run.priorities).toEqual([0, 1, 3]);
});

test('a dependency named twice counts once', async () => {
  const run = scheduled(plan({ a: [], b: ['a', 'a'] }));
  await run.end('a', 'passed');
  expect(run.started).toEqual(['a', 'b']);
});

test('after a failure nothing more starts', async () => {
  const run = scheduled(plan({ a: [], b: [], c: ['b'], d: ['a'] }));
  await run.end('a', 'failed');
  await run.end('b', 'passed');
  expect(run.started).toEqual(['a', 'b']);
  expect(await run.result()).toEqual({
    a: { kind: 'ended', outcome: 'failed' },
    b: { kind: 'ended', outcome: 'passed' },
    c: { kind: 'not-started' },
    d: { kind: 'blocked', by: 'a' },
  });
});

test('to keep going means everything that does not depend on the failure', async () => {
  const run = scheduled(plan({ a: [], b: [], c: ['b'], d: ['a', 'c'] }), { keepGoing: true });
  await run.end('a', 'failed');
  await run.end('b', 'passed');
  await run.end('c', 'passed');
  expect(run.started).toEqual(['b', 'a', 'c']);
  expect((await run.result())['d']).toEqual({ kind: 'blocked', by: 'a' });
});

test('blocked tasks are reported once, with the task that failed', async () => {
  const run = scheduled(plan({ a: [], b: ['a'], c: ['a'], d: ['b', 'c'] }), { keepGoing: true });
  await run.end('a', 'failed');
  expect(run.blocked).toEqual(['b by a', 'c by a', 'd by a']);
});

test('a task that two failures block names the first of them', async () => {
  const run = scheduled(plan({ a: [], b: [], c: ['a', 'b'] }), { keepGoing: true });
  await run.end('b', 'failed');
  await run.end('a', 'failed');
  expect(run.blocked).toEqual(['c by b']);
});

test('after an abort nothing more starts, and what runs is waited for', async () => {
  const run = scheduled(plan({ a: [], b: ['a'] }));
  run.abort();
  await run.end('a', 'passed');
  expect(await run.result()).toEqual({ a: { kind: 'ended', outcome: 'passed' }, b: { kind: 'not-started' } });
});

test('a start that throws ends the schedule, after what runs', async () => {
  const run = scheduled(plan({ a: [], b: [], c: ['b'] }));
  await run.crash('a', new Error('broken'));
  expect(run.hasEnded()).toBe(false);
  await run.end('b', 'passed');
  await expect(run.result()).rejects.toThrow('broken');
  expect(run.started).toEqual(['b', 'a']);
});

test('a chain of 10,000 tasks and a fan of as many are no problem', async () => {
  const names = Array.from({ length: 10_000 }, (_, index) => `t${index}`);
  const chain = plan(Object.fromEntries(names.map((name, index) => [name, index === 0 ? [] : [`t${index - 1}`]])));
  const fan = plan({ root: [], ...Object.fromEntries(names.map((name) => [name, ['root']])), top: names });
  expect((await schedule(chain, instantWork)).size).toBe(10_000);
  expect((await schedule(fan, instantWork)).size).toBe(10_002);
});

test('a failure that blocks a chain of 10,000 tasks is no problem', async () => {
  const names = Array.from({ length: 10_000 }, (_, index) => `t${index}`);
  const run = scheduled(plan(Object.fromEntries(names.map((name, index) => [name, index === 0 ? [] : [`t${index - 1}`]]))));
  await run.end('t0', 'failed');
  expect(run.blocked.at(-1)).toBe('t9999 by t0');
});

type Outcome = 'passed' | 'failed';

const instantWork: Work<Outcome> = {
  start: () => Promise.resolve('passed'),
  hasFailed: () => false,
  onBlocked: () => {},
  signal: new AbortController().signal,
  keepGoing: false,
};

/** A schedule whose tasks end when the test says so. */
function scheduled(plan: Plan, { keepGoing = false } = {}) {
  const controller = new AbortController();
  const started: string[] = [];
  const priorities: number[] = [];
  const blocked: string[] = [];
  const running = new Map<string, { resolve: (outcome: Outcome) => void; reject: (error: Error) => void }>();
  let hasEnded = false;
  const ends = schedule<Outcome>(plan, {
    start: (task, priority) => {
      started.push(task.id);
      priorities.push(priority);
      return new Promise((resolve, reject) => running.set(task.id, { resolve, reject }));
    },
    hasFailed: (outcome) => outcome === 'failed',
    onBlocked: (task, by) => blocked.push(`${task.id} by ${by}`),
    signal: controller.signal,
    keepGoing,
  });
  const noteEnd = () => void (hasEnded = true);
  ends.then(noteEnd, noteEnd);
  return {
    hasEnded: () => hasEnded,
    started,
    priorities,
    blocked,
    abort: () => controller.abort(),
    result: async () => Object.fromEntries(await ends),
    end: (name: string, outcome: Outcome) => settledAfter(() => running.get(name)?.resolve(outcome)),
    crash: (name: string, error: Error) => settledAfter(() => running.get(name)?.reject(error)),
  };
}

/** Until every promise that can go on has gone on. */
function settledAfter(act: () => void): Promise<void> {
  act();
  return new Promise((resolve) => setImmediate(resolve));
}

function plan(dependencies: Readonly<Record<string, readonly string[]>>): Plan {
  const tasks = Object.entries(dependencies).map(([name, needed]): PlannedTask => ({
    id: name as TaskId,
    label: name,
    directory: '' as WorkspacePath,
    dependencies: needed as readonly TaskId[],
    extraArgs: [],
    steps: [],
  }));
  return { root: '/workspace' as Plan['root'], tasks, notes: [], limit: undefined, keepGoing: false, force: false };
}
