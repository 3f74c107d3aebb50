import type { Span } from './event.ts';
import type { RunRecord, StepRecord } from './run-record.ts';

/** An event of the Chrome trace format: a stretch of work (`X`), or what names a row (`M`). */
export type TraceEvent =
  | {
      readonly ph: 'X';
      readonly name: string;
      readonly cat: string;
      /** Microseconds since the run began. */
      readonly ts: number;
      readonly dur: number;
      readonly pid: number;
      readonly tid: number;
      readonly args: Readonly<Record<string, string | number>>;
    }
  | {
      readonly ph: 'M';
      readonly name: string;
      readonly pid: number;
      readonly tid: number;
      readonly args: Readonly<Record<string, string | number>>;
    };

/** What `--profile` writes. */
export interface Profile {
  readonly displayTimeUnit: 'ms';
  readonly otherData: Readonly<Record<string, string | number>>;
  readonly traceEvents: readonly TraceEvent[];
}

/**
 * A run as a Chrome trace, for Perfetto and `chrome://tracing`: the commands by slot, what waited for one, what the runner
 * itself did, and the threads beside it. Nothing on a row overlaps anything but what it holds.
 */
export function profileOf(record: RunRecord): Profile {
  const groups = [
    { name: 'commands', rows: slotRows(record) },
    { name: 'waiting for a slot', rows: rowsOf('waiting', only(record, 'queue'), record) },
    { name: 'runner', rows: runnerRows(record) },
    { name: 'worker threads', rows: threadRows(record) },
  ].filter(({ rows }) => rows.length > 0);
  return {
    displayTimeUnit: 'ms',
    otherData: { startedAt: record.startedAt, exitCode: record.exitCode },
    traceEvents: groups.flatMap(({ name, rows }, index) => [
      ...named('process', name, index + 1, 0, index),
      ...rows.flatMap((row, at) => [
        ...named('thread', row.name, index + 1, at + 1, at),
        ...row.works.flatMap((work) => events(work, record.startedAtMs, { pid: index + 1, tid: at + 1 })),
      ]),
    ]),
  };
}

interface Work {
  readonly name: string;
  readonly sort: Span['name'];
  readonly startedAt: number;
  readonly endedAt: number;
  readonly args: Readonly<Record<string, string | number>>;
  /** What went on within it. */
  readonly inside?: Work;
}

interface Row {
  readonly name: string;
  readonly works: readonly Work[];
}

/** A slot is held from the moment the wait for it ends; the record does not say which, so the first that is free. */
function slotRows(record: RunRecord): Row[] {
  const spawns = new Map(only(record, 'spawn').map((span) => [`${span.step} ${span.startedAt}`, span]));
  const works = only(record, 'run').map((span): Work => {
    const spawn = spawns.get(`${span.step} ${span.startedAt}`);
    const work = workOf(span, record);
    return spawn === undefined ? work : { ...work, inside: { ...workOf(spawn, record), name: 'spawn', args: {} } };
  });
  return lanes('slot', works);
}

function runnerRows(record: RunRecord): Row[] {
  const sorts = ['lookup', 'restore', 'digest', 'publish'] as const;
  return sorts.flatMap((sort) => rowsOf(sort, only(record, sort), record));
}

/** Thread 0 is the main thread, which does small work itself. */
function threadRows(record: RunRecord): Row[] {
  const threads = [...new Set(record.spans.map(({ on }) => on))].filter((on) => on !== 'main').sort();
  return threads.flatMap((thread) =>
    lanes(
      thread === 'pool 0' ? 'main thread' : thread.replace('pool', 'thread'),
      record.spans.filter(({ on }) => on === thread).map((span) => ({ ...workOf(span, record), name: nameOnThread(span) })),
    ),
  );
}

function nameOnThread({ name, step }: Span): string {
  return step === '' ? name : `${name} ${step}`;
}

function only({ spans }: RunRecord, sort: Span['name']): Span[] {
  return spans.filter(({ name, on }) => name === sort && on === 'main');
}

function rowsOf(name: string, spans: readonly Span[], record: RunRecord): Row[] {
  return lanes(
    name,
    spans.map((span) => workOf(span, record)),
  );
}

function workOf({ name: sort, step, startedAt, endedAt }: Span, { tasks }: RunRecord): Work {
  const steps = sort === 'run' ? tasks.flatMap((task) => task.steps) : [];
  const ran = steps.find((one) => one.label === step && one.startedAtMs <= startedAt && one.endedAtMs >= endedAt);
  return { name: step, sort, startedAt, endedAt, args: ran === undefined ? {} : describe(ran) };
}

function describe({ command, cwd, decision, outcome, exitCode, stored }: StepRecord): Work['args'] {
  const why = decision.kind === 'miss' ? { miss: decision.reasons[0]?.code ?? '' } : {};
  const notStored = stored.kind === 'not-stored' ? { notStored: stored.reason.code } : {};
  return {
    command,
    cwd,
    decision: decision.kind,
    ...why,
    outcome,
    ...(exitCode !== undefined && { exitCode }),
    stored: stored.kind,
    ...notStored,
  };
}

/** As few rows as hold all without overlap, the first one first. */
function lanes(name: string, works: readonly Work[]): Row[] {
  const rows: { works: Work[]; end: number }[] = [];
  for (const work of [...works].sort((a, b) => a.startedAt - b.startedAt || a.endedAt - b.endedAt)) {
    const free = rows.find(({ end }) => end <= work.startedAt);
    const end = Math.max(work.startedAt, work.endedAt);
    if (free === undefined) rows.push({ works: [work], end });
    else {
      free.works.push(work);
      free.end = end;
    }
  }
  return rows.map((row, index) => ({ name: rows.length === 1 ? name : `${name} ${index + 1}`, works: row.works }));
}

/** Clocks may be set back while something runs: then it took no time. */
function events({ name, sort, startedAt, endedAt, args, inside }: Work, start: number, place: { pid: number; tid: number }): TraceEvent[] {
  const at = (time: number): number => Math.max(0, Math.round((time - start) * 1000));
  const ts = at(startedAt);
  const dur = Math.max(0, at(endedAt) - ts);
  const within = inside === undefined ? [] : events({ ...inside, endedAt: Math.min(inside.endedAt, endedAt) }, start, place);
  return [{ ph: 'X', name, cat: sort, ts, dur, ...place, args }, ...within];
}

function named(what: 'process' | 'thread', name: string, pid: number, tid: number, order: number): TraceEvent[] {
  return [
    { ph: 'M', name: `${what}_name`, pid, tid, args: { name: what === 'process' ? `reprise: ${name}` : name } },
    { ph: 'M', name: `${what}_sort_index`, pid, tid, args: { sort_index: order } },
  ];
}
