import type { WorkspacePath } from '../../../src/base/path.ts';
import { makeTaskId } from '../../../src/graph/task.ts';
import type { Span } from '../../../src/report/event.ts';
import { runRecordVersion, type RunRecord, type StepRecord, type TaskRecord } from '../../../src/report/run-record.ts';
import { spanTotalsOf, totalsOf } from '../../../src/report/totals.ts';
import { path, sampleEntry } from '../report/sample.ts';

const start = Date.UTC(2026, 0, 2, 3, 4, 5);
const slots = 8;

/** A run of `count` tasks in chains of ten, of all kinds, on eight slots; the same at every call. */
export function largeRecord(count: number): RunRecord {
  const spans: Span[] = [];
  const tasks = Array.from({ length: count }, (_, index) => largeTask(index, spans));
  const endedAtMs = Math.max(start, ...tasks.flatMap(({ steps }) => steps.map((step) => step.endedAtMs)));
  return {
    version: runRecordVersion,
    startedAt: new Date(start).toISOString(),
    startedAtMs: start,
    endedAt: new Date(endedAtMs).toISOString(),
    endedAtMs,
    exitCode: 1,
    totals: totalsOf(tasks, { tasks: count, steps: count }),
    tasks,
    notes: [],
    packageCycles: [],
    cacheFaults: [],
    neverHits: [],
    spans,
    spanTotals: spanTotalsOf(spans),
  };
}

function largeTask(index: number, spans: Span[]): TaskRecord {
  const label = `@scope/package-${index}#build`;
  const directory = `packages/package-${index}` as WorkspacePath;
  const begin = start + Math.floor(index / slots) * 100 + (index % slots);
  const end = begin + 40 + ((index * 37) % 55);
  const base = { label, index: 0, command: `node build.js --part ${index}`, cwd: directory, startedAtMs: begin, endedAtMs: end };
  const step = { ...base, ...endingOf(index), milliseconds: end - begin } as StepRecord;
  const span = (name: Span['name'], from: number, to: number, on = 'main') =>
    spans.push({ name, step: label, on, startedAt: from, endedAt: to });
  span('lookup', Math.max(start, begin - 30), begin);
  if (step.outcome === 'restored') span('restore', begin, begin + 3);
  else {
    span('queue', Math.max(start, begin - 20), begin);
    span('run', begin + 4, end - 6);
    span('digest', end - 6, end);
    span('archive', end, end + 10, `pool ${1 + (index % 2)}`);
  }
  const dependsOn = index % 10 === 0 ? {} : { dependsOn: [makeTaskId(`packages/package-${index - 1}` as WorkspacePath, 'build')] };
  return { id: makeTaskId(directory, 'build'), label, outcome: step.outcome, ...dependsOn, steps: [step] };
}

function endingOf(index: number): Partial<StepRecord> {
  if (index % 3 !== 0) {
    const restored = { entry: sampleEntry, savedMs: 1200, filesWritten: index % 4, filesRemoved: 0 };
    return { outcome: 'restored', decision: { kind: 'hit', savedMs: 1200 }, stored: { kind: 'nothing' }, restored };
  }
  const decision = {
    kind: 'miss',
    reasons: [
      { code: 'input-changed', path: path(`packages/package-${index}/src/main.ts`), change: 'modified' },
      { code: 'env-changed', name: 'MODE', change: 'added' },
    ],
    more: 0,
  } as const;
  if (index % 999 === 0)
    return { outcome: 'failed', decision, exit: { kind: 'exited', code: 2 }, exitCode: 2, stored: { kind: 'nothing' } };
  const reason = { code: 'modified-input', path: path(`packages/package-${index}/src/x.ts`) } as const;
  const stored =
    index % 21 === 0
      ? ({ kind: 'not-stored', reason } as const)
      : ({ kind: 'stored', entry: sampleEntry, inputs: 12, outputs: 3, notes: [] } as const);
  return { outcome: 'executed', decision, exit: { kind: 'exited', code: 0 }, exitCode: 0, stored };
}
