import { EventEmitter, once } from 'node:events';
import { expect, test } from 'vitest';
import { Slots } from '../../../src/schedule/slots.ts';

test('at most as many run at once as there are slots', async () => {
  const { use, started, finish } = work(2);
  const ends = [use('a', 0), use('b', 0), use('c', 0)];
  await settle();
  expect(started).toEqual(['a', 'b']);
  finish('a');
  await ends[0];
  await settle();
  expect(started).toEqual(['a', 'b', 'c']);
});

test('the lowest priority number goes first, equal ones in order of arrival', async () => {
  const { use, started, finish } = work(1);
  const ends = ['first 5', 'x 3', 'y 9', 'z 1', 'x2 3', 'x3 3'].map((name) => use(name, Number(name.split(' ')[1])));
  finish('first 5', 'x 3', 'y 9', 'z 1', 'x2 3', 'x3 3');
  await Promise.all(ends);
  expect(started).toEqual(['first 5', 'z 1', 'x 3', 'x2 3', 'x3 3', 'y 9']);
});

test('a slot is free again after work that threw', async () => {
  const slots = new Slots(1, new AbortController().signal);
  await expect(slots.use(0, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  await expect(slots.use(0, () => Promise.resolve('ran'))).resolves.toBe('ran');
});

test('abort sends home who waits, and lets go on who runs', async () => {
  const { use, started, finish, controller } = work(1);
  const running = use('a', 0);
  const waiting = use('b', 0);
  await settle();
  controller.abort();
  await expect(waiting).resolves.toBeUndefined();
  finish('a');
  await expect(running).resolves.toBe('a');
  expect(started).toEqual(['a']);
});

test('nothing starts after an abort', async () => {
  const { use, started, controller } = work(1);
  controller.abort();
  await expect(use('a', 0)).resolves.toBeUndefined();
  expect(started).toEqual([]);
});

test('an abort right after a slot was granted still keeps the work from starting', async () => {
  const { use, started, controller } = work(1);
  const granted = use('a', 0);
  controller.abort();
  await expect(granted).resolves.toBeUndefined();
  expect(started).toEqual([]);
});

test('without a limit all run at once', async () => {
  const { use, started } = work(Infinity);
  const names = Array.from({ length: 10 }, (_, index) => `task ${index}`);
  for (const name of names) void use(name, 0);
  await settle();
  expect(started).toEqual(names);
});

/** Pieces of work that last until `finish` names them. */
function work(limit: number) {
  const controller = new AbortController();
  const slots = new Slots(limit, controller.signal);
  const started: string[] = [];
  const finished = new Set<string>();
  const gates = new EventEmitter();
  const use = (name: string, priority: number) =>
    slots.use(priority, async () => {
      started.push(name);
      if (!finished.has(name)) await once(gates, name);
      return name;
    });
  const finish = (...names: string[]) => {
    for (const name of names) {
      finished.add(name);
      gates.emit(name);
    }
  };
  return { use, finish, started, controller };
}

/** Until every promise that can go on has gone on. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
