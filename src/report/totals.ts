import type { Span } from './event.ts';
import type { SpanTotal, StepRecord, TaskRecord, Totals } from './run-record.ts';

export function totalsOf(tasks: readonly TaskRecord[], planned: Pick<Totals, 'tasks' | 'steps'>): Totals {
  const steps = tasks.flatMap((task) => task.steps);
  const count = (holds: (step: StepRecord) => boolean) => steps.filter(holds).length;
  const countTasks = (outcome: TaskRecord['outcome']) => tasks.filter((task) => task.outcome === outcome).length;
  return {
    ...planned,
    hits: count(({ decision }) => decision.kind === 'hit'),
    misses: count(({ decision }) => decision.kind === 'miss'),
    uncached: count(({ decision }) => decision.kind === 'uncached'),
    succeeded: count(({ outcome }) => outcome === 'restored' || outcome === 'executed'),
    failed: count(({ outcome }) => outcome === 'failed'),
    cancelled: count(({ outcome }) => outcome === 'cancelled'),
    blocked: countTasks('blocked'),
    notStarted: countTasks('not-started'),
    stored: count(({ stored }) => stored.kind === 'stored'),
    notStored: count(({ stored }) => stored.kind === 'not-stored'),
    savedMs: steps.reduce((sum, { restored }) => sum + (restored?.savedMs ?? 0), 0),
  };
}

export function spanTotalsOf(spans: readonly Span[]): SpanTotal[] {
  const totals = new Map<string, SpanTotal>();
  for (const { name, on, startedAt, endedAt } of spans) {
    const { count, milliseconds } = totals.get(`${name} ${on}`) ?? { count: 0, milliseconds: 0 };
    totals.set(`${name} ${on}`, { name, on, count: count + 1, milliseconds: milliseconds + endedAt - startedAt });
  }
  return [...totals.values()];
}
