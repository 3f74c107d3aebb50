import { expect, test } from 'vitest';
import type { RunEvent } from '../../../src/report/event.ts';
import { afterEvent, afterKey, emptyLiveState, type LiveKey } from '../../../ui/live-state.ts';
import { liveRows, type LiveMoment, type LiveRow } from '../../../ui/live-rows.ts';
import { ended, inputModified, printed, runStarted, sampleStep, started } from '../report/sample.ts';

const a = sampleStep('a#build');
const b = sampleStep('b#build');
const startedAt = Date.UTC(2026, 0, 2, 3, 4, 6);

function rows(events: readonly RunEvent[], moment: Partial<LiveMoment> = {}, ...keys: readonly LiveKey[]): LiveRow[] {
  const state = keys.reduce(afterKey, events.reduce(afterEvent, emptyLiveState));
  return liveRows(state, { now: startedAt + 1000, screenRows: 15, expected: new Map(), isEnding: false, ...moment });
}

function kinds(shown: readonly LiveRow[]): string[] {
  return shown.map((row) => (row.kind === 'running' || row.kind === 'waiting' ? `${row.kind} ${row.label}` : row.kind));
}

test('a running step is shown with its time, the time of its last run and its last line', () => {
  const [row] = rows([started(a), printed(a, 'one\n\x1b[31mtwo\x1b[0m\r')], { expected: new Map([['a#build', [4000]]]) });

  expect(row).toEqual({ kind: 'running', label: 'a#build', elapsedMs: 1000, expectedMs: 4000, lastLine: 'two', isFocused: false });
});

test('below what runs are the last misses, then what waits for what runs, then the progress', () => {
  const waits = { 'a#build': [], 'c#build': ['a#build', 'b#build'], 'd#build': ['c#build'] };
  const shown = rows([runStarted(4, 4, waits), started(a, inputModified), started(b)]);

  expect(kinds(shown)).toEqual(['running a#build', 'running b#build', 'miss', 'waiting c#build', 'progress']);
  expect(shown[3]).toMatchObject({ for: ['a#build', 'b#build'] });
});

test.each([
  { screenRows: 1, count: 1 },
  { screenRows: 5, count: 1 },
  { screenRows: 6, count: 2 },
  { screenRows: 24, count: 8 },
  { screenRows: 60, count: 20 },
])('of $screenRows rows a thousand running steps take $count', ({ screenRows, count }) => {
  const events = Array.from({ length: 1000 }, (_, index) => started(sampleStep(`p${index}#build`), inputModified));
  const shown = rows(events, { screenRows });

  expect(shown).toHaveLength(count);
  expect(shown.at(-1)).toMatchObject({ kind: 'progress', misses: 1000 });
  const [more] = shown.filter((row) => row.kind === 'more');
  const running = shown.filter((row) => row.kind === 'running').length;
  expect(shown[0]?.kind === 'gap').toBe(count >= 6);
  expect(more?.count).toBe(count === 1 ? undefined : 1000 - running);
});

test('a focused step is in sight, however many run', () => {
  const events = Array.from({ length: 50 }, (_, index) => started(sampleStep(`p${index}#build`)));
  const shown = rows(events, { screenRows: 15 }, 'up');

  expect(kinds(shown)).toEqual(['running p47#build', 'running p48#build', 'running p49#build', 'more', 'progress']);
});

test('an open step is shown with as much of its output as there is room for', () => {
  const shown = rows([started(a), started(b), printed(a, '1\n2\n3\n4\n')], { screenRows: 12 }, 'down', 'enter');

  expect(shown.map((row) => (row.kind === 'output' ? row.text : row.kind))).toEqual(['running', '3', '4', 'progress']);
  expect(kinds(rows([started(a), printed(a, '1\n2\n')], { screenRows: 6 }, 'down', 'enter'))).toEqual(['running a#build', 'progress']);
});

test('the time left is told where all that runs was timed before', () => {
  const expected = new Map([
    ['a#build', [4000]],
    ['c#build', [7000]],
    ['elsewhere#build', [9000]],
  ]);
  const begun = [runStarted(3, 3, { 'a#build': [], 'b#build': [], 'c#build': [] }), started(a)];

  expect(rows(begun, { expected }).at(-1)).toMatchObject({ leftMs: 10_000 });
  expect(rows([...begun, started(b)], { expected }).at(-1)).toMatchObject({ leftMs: undefined });
  expect(rows([...begun, ended(a)], { expected }).at(-1)).toMatchObject({ leftMs: undefined });
});
