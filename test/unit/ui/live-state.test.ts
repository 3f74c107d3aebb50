import { expect, test } from 'vitest';
import type { RunEvent } from '../../../src/report/event.ts';
import { afterEvent, afterKey, emptyLiveState, type LiveKey, type LiveState } from '../../../ui/live-state.ts';
import {
  blocked,
  ended,
  exitedWith,
  firstRun,
  hit,
  inputModified,
  killedBy,
  printed,
  restored,
  runStarted,
  sampleStep,
  started,
} from '../report/sample.ts';

const a = sampleStep('a#build');
const b = sampleStep('b#build');
const c = sampleStep('c#build');

function after(events: readonly RunEvent[], ...keys: readonly LiveKey[]): LiveState {
  return keys.reduce(afterKey, events.reduce(afterEvent, emptyLiveState));
}

test('steps are counted as they start and end', () => {
  const state = after([
    runStarted(3),
    started(a, hit),
    ended(a, restored),
    started(b, inputModified),
    ended(b, exitedWith(1)),
    started(c, firstRun),
    ended(c, killedBy('SIGKILL', 9)),
    blocked('d#build', 'b#build'),
  ]);

  expect(state).toMatchObject({ steps: 3, done: 3, hits: 1, misses: 2, failed: 2, savedMs: 67, running: [] });
});

test('what runs stands in the order of its start, with the last of its output', () => {
  const { running } = after([started(a), started(b), printed(a, 'one\ntwo\nth'), printed(b, 'uno\n'), printed(a, 'ree\r\n')]);

  expect(running.map(({ step }) => step.label)).toEqual(['a#build', 'b#build']);
  expect(running.map(({ tail }) => tail.lastLines(2))).toEqual([['two', 'three'], ['uno']]);
});

test('the last three misses are kept with their reasons; a first run is none', () => {
  const steps = ['a#1', 'a#2', 'a#3', 'a#4'].map((label) => sampleStep(label));
  const { recentMisses } = after([...steps.map((step) => started(step, inputModified)), started(a, firstRun)]);

  expect(recentMisses).toEqual(['a#2', 'a#3', 'a#4'].map((label) => ({ label, reason: "'packages/a/in.txt' modified" })));
});

test('arrows move the focus among what runs, and stop at both ends', () => {
  const running = [started(a), started(b), started(c)];

  expect(after(running, 'down').focus).toBe(a.owner);
  expect(after(running, 'up').focus).toBe(c.owner);
  expect(after(running, 'down', 'down', 'down', 'down').focus).toBe(c.owner);
  expect(after(running, 'down', 'up').focus).toBe(a.owner);
  expect(after([], 'down').focus).toBeUndefined();
});

test('Enter opens and closes the focused step, Escape closes it and then leaves the focus', () => {
  expect(after([started(a)], 'enter').isOpen).toBe(false);
  expect(after([started(a)], 'down', 'enter').isOpen).toBe(true);
  expect(after([started(a)], 'down', 'enter', 'enter').isOpen).toBe(false);
  expect(after([started(a)], 'down', 'enter', 'escape')).toMatchObject({ isOpen: false, focus: a.owner });
  expect(after([started(a)], 'down', 'escape').focus).toBeUndefined();
});

test('a focused step that ends takes the focus with it, another leaves it', () => {
  const open = after([started(a), started(b)], 'down', 'enter');

  expect(afterEvent(open, ended(a))).toMatchObject({ focus: undefined, isOpen: false });
  expect(afterEvent(open, ended(b))).toMatchObject({ focus: a.owner, isOpen: true });
});
