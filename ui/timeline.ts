import type { Span } from '../src/report/event.ts';
import type { RunRecord, StepRecord, TaskRecord } from '../src/report/run-record.ts';
import type { Bar, Phase } from './summary-page/page-data.ts';

export interface Timeline {
  readonly lanes: readonly string[];
  readonly bars: readonly Bar[];
  readonly phases: ReadonlyMap<StepRecord, readonly Phase[]>;
}

/**
 * Where everything was: a lane for each command that ran at once, for what the cache did meanwhile, and for each thread.
 * What overlaps is in different lanes, as far as there is room.
 */
export function timelineOf(record: RunRecord): Timeline {
  const since = (instant: number) => Math.max(0, instant - record.startedAtMs);
  const numbers = new Map<string, number>();
  for (const [index, { label }] of record.tasks.entries()) if (!numbers.has(label)) numbers.set(label, index);
  const laid = (span: Span): Laid => ({ task: numbers.get(span.step) ?? -1, parts: [phaseOf(span, since)] });

  const spans = grouped(record.spans, ({ step }) => step);
  const phases = new Map<StepRecord, readonly Phase[]>();
  for (const task of record.tasks) {
    for (const [step, own] of assigned(task, spans.get(task.label) ?? [])) phases.set(step, phasesOf(step, own, since));
  }
  const commands = record.tasks.flatMap(({ steps }, task) =>
    steps.filter(isExecuted).map((step) => ({ task, parts: (phases.get(step) ?? []).filter(([name]) => slotPhases.has(name)) })),
  );
  const lookups = record.spans.filter(({ name, on }) => on === 'main' && (name === 'lookup' || name === 'restore'));
  const threads = grouped(
    record.spans.filter(({ on }) => on !== 'main'),
    ({ on }) => on,
  );
  const groups = [
    { name: 'slot', most: 64, items: commands },
    { name: 'cache', most: 4, items: lookups.map(laid) },
    ...[...threads].sort(([a], [b]) => a.localeCompare(b)).map(([name, own]) => ({ name, most: 1, items: own.map(laid) })),
  ];

  const lanes: string[] = [];
  const bars: Bar[] = [];
  for (const { name, most, items } of groups) {
    const first = lanes.length;
    const { placed, count } = pack(items, most);
    for (const { lane, task, parts } of placed) bars.push(...parts.map((part): Bar => [first + lane, task, ...part]));
    for (let lane = 1; lane <= count; lane++) lanes.push(most === 1 ? name : `${name} ${lane}`);
  }
  return { lanes, bars, phases };
}

function grouped(spans: readonly Span[], keyOf: (span: Span) => string): Map<string, Span[]> {
  const groups = new Map<string, Span[]>();
  for (const span of spans) {
    const group = groups.get(keyOf(span));
    if (group === undefined) groups.set(keyOf(span), [span]);
    else group.push(span);
  }
  return groups;
}

const slotPhases: ReadonlySet<Phase[0]> = new Set(['prepare', 'run', 'digest']);

function isExecuted({ outcome }: StepRecord): boolean {
  return outcome !== 'restored';
}

/**
 * Spans name their task alone: what stands before a step belongs to the next one that starts, of lookups one to each, since
 * hits in a row are started together; the rest belongs to the last step that began.
 */
function assigned({ steps }: TaskRecord, spans: readonly Span[]): Map<StepRecord, Span[]> {
  const assigned = new Map<StepRecord, Span[]>(steps.map((step) => [step, []]));
  const hasLookup = (step: StepRecord) => assigned.get(step)?.some(({ name }) => name === 'lookup') === true;
  for (const span of spans) {
    const step = beforeStep.has(span.name)
      ? steps.find((one) => one.startedAtMs >= span.endedAt && !(span.name === 'lookup' && hasLookup(one)))
      : steps.findLast(({ startedAtMs }) => startedAtMs <= span.startedAt);
    const owner = step ?? steps.at(-1);
    if (owner !== undefined) assigned.get(owner)?.push(span);
  }
  return assigned;
}

const beforeStep: ReadonlySet<Span['name']> = new Set(['queue', 'lookup', 'hash', 'stage', 'restore']);

function phasesOf(step: StepRecord, spans: readonly Span[], since: (instant: number) => number): Phase[] {
  const run = spans.find(({ name }) => name === 'run');
  const phases = spans.filter(({ name }) => name !== 'queue' || isExecuted(step)).map((span) => phaseOf(span, since));
  const prepared: Phase[] = isExecuted(step) ? [['prepare', since(step.startedAtMs), since(run?.startedAt ?? step.endedAtMs)]] : [];
  return [...phases, ...prepared].sort((a, b) => a[1] - b[1]);
}

function phaseOf({ name, startedAt, endedAt }: Pick<Span, 'name' | 'startedAt' | 'endedAt'>, since: (instant: number) => number): Phase {
  return [name, since(startedAt), since(endedAt)];
}

interface Laid {
  readonly task: number;
  readonly parts: readonly Phase[];
}

/** Each into the first lane that is free; where all are taken, over the one that will be free first. */
function pack(items: readonly Laid[], most: number): { placed: readonly (Laid & { readonly lane: number })[]; count: number } {
  const ends: number[] = [];
  const extents = items.flatMap((item) => {
    const from = Math.min(...item.parts.map((part) => part[1]));
    return item.parts.length === 0 ? [] : [{ item, from, to: Math.max(...item.parts.map((part) => part[2])) }];
  });
  const placed = extents
    .sort((a, b) => a.from - b.from)
    .map(({ item, from, to }) => {
      const free = ends.findIndex((end) => end <= from);
      const lane = free !== -1 ? free : ends.length < most ? ends.length : ends.indexOf(Math.min(...ends));
      ends[lane] = Math.max(to, ends[lane] ?? 0);
      return { ...item, lane };
    });
  return { placed, count: ends.length };
}
