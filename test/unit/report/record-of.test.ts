import { expect, test } from 'vitest';
import type { RunEvent, Span } from '../../../src/report/event.ts';
import { recordOf } from '../../../src/report/record-of.ts';
import {
  blocked,
  ended,
  executed,
  exitedWith,
  firstRun,
  hit,
  killedBy,
  notStarted,
  notStored,
  path,
  ran,
  restored,
  runEnded,
  runStarted,
  sampleStep,
  started,
  uncached,
} from './sample.ts';

const build = sampleStep('a#build');

test('a record is plain JSON that says of each step how it was decided, how it ended and what became of it', () => {
  const record = recordOf([runStarted(1), started(build), ended(build), runEnded()]);

  expect(JSON.parse(JSON.stringify(record))).toEqual(record);
  expect(record).toMatchInlineSnapshot(`
    {
      "cacheFaults": [],
      "endedAt": "2026-01-02T03:04:08.000Z",
      "endedAtMs": 1767323048000,
      "exitCode": 0,
      "neverHits": [],
      "notes": [],
      "packageCycles": [],
      "spanTotals": [],
      "spans": [],
      "startedAt": "2026-01-02T03:04:05.000Z",
      "startedAtMs": 1767323045000,
      "tasks": [
        {
          "id": "packages/a#build",
          "label": "a#build",
          "outcome": "executed",
          "steps": [
            {
              "command": "node build.js",
              "cwd": "packages/a",
              "decision": {
                "kind": "miss",
                "more": 0,
                "reasons": [
                  {
                    "code": "first-run",
                  },
                ],
              },
              "endedAtMs": 1767323047000,
              "exit": {
                "code": 0,
                "kind": "exited",
              },
              "exitCode": 0,
              "index": 0,
              "label": "a#build",
              "milliseconds": 120,
              "outcome": "executed",
              "startedAtMs": 1767323046000,
              "stored": {
                "entry": {
                  "id": "fedcba9876543210",
                  "key": "0123456789abcdef0123456789abcdef",
                },
                "inputs": 4,
                "kind": "stored",
                "notes": [],
                "outputs": 2,
              },
            },
          ],
        },
      ],
      "totals": {
        "blocked": 0,
        "cancelled": 0,
        "failed": 0,
        "hits": 0,
        "misses": 1,
        "notStarted": 0,
        "notStored": 0,
        "savedMs": 0,
        "steps": 1,
        "stored": 1,
        "succeeded": 1,
        "tasks": 1,
        "uncached": 0,
      },
      "version": 3,
    }
  `);
});

test('the totals count steps by decision, outcome and storage', () => {
  const { totals } = recordOf([
    runStarted(6, 7),
    ...ran(build, hit, restored),
    ...ran(sampleStep('a#lint'), firstRun, notStored({ code: 'modified-input', path: path('x') })),
    ...ran(sampleStep('a#test'), uncached, exitedWith(2)),
    ...ran(sampleStep('a#docs'), firstRun, { kind: 'cancelled', exit: undefined }),
    blocked('b#build', 'a#test'),
    notStarted('c#build'),
    runEnded(2),
  ]);

  expect(totals).toMatchInlineSnapshot(`
    {
      "blocked": 1,
      "cancelled": 1,
      "failed": 1,
      "hits": 1,
      "misses": 2,
      "notStarted": 1,
      "notStored": 1,
      "savedMs": 67,
      "steps": 7,
      "stored": 0,
      "succeeded": 2,
      "tasks": 6,
      "uncached": 1,
    }
  `);
});

test('a task fails with any of its steps, and the blocked name it by its label', () => {
  const second = sampleStep('a#build', 'tsc', 1);

  const { tasks } = recordOf([
    runStarted(2, 3),
    ...ran(build, firstRun, executed),
    ...ran(second, firstRun, killedBy('SIGKILL', 9)),
    blocked('b#build', 'a#build'),
    runEnded(137),
  ]);

  expect(tasks.map(({ outcome, blockedBy, steps }) => ({ outcome, blockedBy, exitCodes: steps.map((step) => step.exitCode) }))).toEqual([
    { outcome: 'failed', blockedBy: undefined, exitCodes: [0, 137] },
    { outcome: 'blocked', blockedBy: 'a#build', exitCodes: [] },
  ]);
});

test('a result that is given up after its step ended counts as not stored', () => {
  const reason = { code: 'output-lost', path: path('dist/x.js') } as const;

  const { tasks, totals } = recordOf([
    runStarted(1),
    started(build),
    ended(build),
    { type: 'step-not-stored', step: build, reason },
    runEnded(),
  ]);

  expect(tasks[0]?.steps[0]?.stored).toEqual({ kind: 'not-stored', reason });
  expect(totals).toMatchObject({ stored: 0, notStored: 1 });
});

test('a step whose end was never told counts as cancelled', () => {
  const { tasks } = recordOf([runStarted(1), started(build), runEnded(130)]);

  expect(tasks[0]).toMatchObject({ outcome: 'cancelled', steps: [{ outcome: 'cancelled', milliseconds: 2000 }] });
});

test('spans are summed by what was done and by the thread that did it', () => {
  const { spans, spanTotals } = recordOf([
    span('hash', 'pool 1', 0, 10),
    span('hash', 'pool 2', 0, 5),
    span('hash', 'pool 1', 20, 25),
    span('run', 'main', 0, 100),
  ]);

  expect(spans).toHaveLength(4);
  expect(spanTotals).toEqual([
    { name: 'hash', on: 'pool 1', count: 2, milliseconds: 15 },
    { name: 'hash', on: 'pool 2', count: 1, milliseconds: 5 },
    { name: 'run', on: 'main', count: 1, milliseconds: 100 },
  ]);
});

function span(name: Span['name'], on: string, startedAt: number, endedAt: number): RunEvent {
  return { type: 'span', span: { name, on, step: build.owner, startedAt, endedAt } };
}
