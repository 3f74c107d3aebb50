import { expect, test } from 'vitest';
import type { RunEvent, Span } from '../../../src/report/event.ts';
import { profileOf, type TraceEvent } from '../../../src/report/profile.ts';
import { recordOf } from '../../../src/report/record-of.ts';
import { ended, runEnded, runStarted, sampleStep, started } from './sample.ts';

type Stretch = Extract<TraceEvent, { ph: 'X' }>;

const start = Date.UTC(2026, 0, 2, 3, 4, 5);

function span(name: Span['name'], step: string, from: number, to: number, on = 'main'): RunEvent {
  return { type: 'span', span: { name, step, on, startedAt: start + from, endedAt: start + to } };
}

const build = sampleStep('a#build');
const events = [
  runStarted(3),
  started(build),
  span('queue', 'a#build', 1, 1000),
  span('spawn', 'a#build', 1000, 1004),
  span('run', 'a#build', 1000, 1800),
  span('queue', 'b#build', 1, 3),
  span('run', 'b#build', 1100, 1300),
  span('run', 'c#build', 1400, 1500),
  span('lookup', 'a#build', 0, 1),
  span('digest', 'a#build', 1800, 1810),
  span('hash', '', 1800, 1805, 'pool 2'),
  span('archive', 'a#build', 1805, 1830, 'pool 2'),
  // The clock was set back.
  span('stage', 'b#build', 900, 850, 'pool 0'),
  ended(build),
  runEnded(),
];
const { traceEvents } = profileOf(recordOf(events));
const stretches = traceEvents.filter((event): event is Stretch => event.ph === 'X');

const rowOf = (found: (event: Stretch) => boolean) => {
  const { pid, tid } = stretches.find(found) ?? { pid: 0, tid: 0 };
  const name = (what: string, of: number) => traceEvents.find((event) => event.name === what && event.pid === pid && event.tid === of);
  return [name('process_name', 0)?.args['name'], name('thread_name', tid)?.args['name']];
};

test('every event has what the format asks of it, and is named by its row', () => {
  for (const event of stretches) {
    expect([event.ts, event.dur, event.pid, event.tid].every((value) => Number.isInteger(value) && value >= 0)).toBe(true);
    expect(rowOf((one) => one === event)).toEqual([expect.stringMatching(/^reprise: /), expect.any(String)]);
  }
  expect(new Set(traceEvents.map(({ ph }) => ph))).toEqual(new Set(['X', 'M']));
});

test('on a row nothing overlaps but what holds the other', () => {
  const clashes = stretches.flatMap((a) =>
    stretches.filter((b) => {
      const isLater = a.pid === b.pid && a.tid === b.tid && b.ts > a.ts;
      return isLater && b.ts < a.ts + a.dur && b.ts + b.dur > a.ts + a.dur;
    }),
  );
  expect(clashes).toEqual([]);
});

test('commands take the first slot that is free, and a wait, a lookup and a spawn are told apart', () => {
  const slotOf = (name: string) => rowOf((event) => event.cat === 'run' && event.name === name);
  expect([slotOf('a#build'), slotOf('b#build'), slotOf('c#build')]).toEqual([
    ['reprise: commands', 'slot 1'],
    ['reprise: commands', 'slot 2'],
    ['reprise: commands', 'slot 2'],
  ]);
  expect(rowOf(({ cat }) => cat === 'spawn')).toEqual(['reprise: commands', 'slot 1']);
  expect(rowOf(({ cat }) => cat === 'queue')).toEqual(['reprise: waiting for a slot', 'waiting 1']);
  expect(rowOf(({ cat }) => cat === 'lookup')).toEqual(['reprise: runner', 'lookup']);
  expect(rowOf(({ cat }) => cat === 'archive')).toEqual(['reprise: worker threads', 'thread 2']);
  expect(stretches.find(({ cat }) => cat === 'stage')).toMatchObject({ ts: 900_000, dur: 0 });
});

test('a command tells what the run says of it', () => {
  expect(stretches.find(({ cat, name }) => cat === 'run' && name === 'a#build')).toMatchObject({
    ts: 1_000_000,
    dur: 800_000,
    args: { command: 'node build.js', decision: 'miss', outcome: 'executed', exitCode: 0, stored: 'stored' },
  });
});
