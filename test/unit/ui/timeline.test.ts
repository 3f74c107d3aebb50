import { expect, test } from 'vitest';
import type { Span } from '../../../src/report/event.ts';
import type { RunRecord } from '../../../src/report/run-record.ts';
import { timelineOf } from '../../../ui/timeline.ts';
import { largeRecord } from './large-record.ts';

const record = largeRecord(24);

/** Of a record of one task with two steps, 0–100 and 100–200, and these spans. */
function phases(...spans: readonly [Span['name'], number, number][]) {
  const [task] = record.tasks;
  const [step] = task?.steps ?? [];
  if (task === undefined || step === undefined) throw new Error('the sample has no task');
  const at = (milliseconds: number) => record.startedAtMs + milliseconds;
  const steps = [0, 100].map((start) => ({ ...step, startedAtMs: at(start), endedAtMs: at(start + 100) }));
  const told = spans.map(([name, from, to]): Span => ({ name, step: task.label, on: 'main', startedAt: at(from), endedAt: at(to) }));
  const one: RunRecord = { ...record, tasks: [{ ...task, steps }], spans: told };
  return [...timelineOf(one).phases.values()];
}

test('what overlaps is in different lanes, and lanes are used again', () => {
  const { lanes, bars } = timelineOf(record);
  expect(lanes).toEqual(['slot 1', 'slot 2', 'slot 3', 'cache 1', 'cache 2', 'cache 3', 'cache 4', 'pool 1', 'pool 2']);
  const first = bars.filter(([lane]) => lane === 0).toSorted((a, b) => a[3] - b[3]);
  expect(first.length).toBeGreaterThan(3);
  expect(first.every(([, , , from], index) => index === 0 || from >= (first[index - 1]?.[4] ?? 0))).toBe(true);
});

test('a span belongs to the step that it stands before, or to the one that it came after', () => {
  expect(phases(['lookup', 0, 0], ['run', 10, 80], ['lookup', 100, 100], ['run', 110, 180], ['digest', 180, 190])).toEqual([
    [
      ['lookup', 0, 0],
      ['prepare', 0, 10],
      ['run', 10, 80],
    ],
    [
      ['lookup', 100, 100],
      ['prepare', 100, 110],
      ['run', 110, 180],
      ['digest', 180, 190],
    ],
  ]);
});

test('a run without spans has lanes for its steps', () => {
  expect(timelineOf({ ...record, spans: [] }).lanes).toEqual(['slot 1', 'slot 2', 'slot 3']);
});
