import { parentOf, type WorkspacePath } from '../base/path.ts';
import type { MissReason } from '../cache/miss-reason.ts';
import type { Cause } from './cause.ts';
import type { RunRecord, StepRecord } from './run-record.ts';

interface RecurringCause {
  readonly cause: Cause;
  /** In how many runs of the step in a row, up to the last one. */
  readonly runs: number;
}

/** Of each step that did not hit when it last ran, what kept it from that, and since how many runs. Bounded; without first runs. */
export interface MissHistory {
  readonly version: typeof historyVersion;
  /** By `stepIn`, the one that ran last at the end. */
  readonly steps: Readonly<Record<string, StepHistory>>;
}

export interface StepHistory {
  /** When it last ran, in milliseconds since the epoch. */
  readonly at: number;
  readonly causes: readonly RecurringCause[];
}

const historyVersion = 1;
export const noHistory: MissHistory = { version: historyVersion, steps: {} };

/**
 * The history after a run. A hit takes a step out of it. What failed, was cut short, was forced or ran uncached says
 * nothing of what would hit, and changes nothing.
 */
export function withRun(history: MissHistory, record: RunRecord): MissHistory {
  const steps = new Map(Object.entries(history.steps));
  const before = new Map(steps);
  const missed = new Set<string>();
  for (const [step, one] of stepsOf(record)) {
    if (one.decision.kind === 'hit' && !missed.has(step)) steps.delete(step);
    if (!isTelling(one)) continue;
    missed.add(step);
    steps.delete(step);
    const causes = continued(before.get(step)?.causes ?? [], causesOf(one));
    if (causes.length > 0) steps.set(step, { at: record.endedAtMs, causes });
  }
  return { version: historyVersion, steps: Object.fromEntries([...steps].slice(-MOST_STEPS)) };
}

/** Nothing where it cannot be read: what was is then forgotten. */
export function parseHistory(json: string): MissHistory {
  try {
    const value = JSON.parse(json) as MissHistory | null;
    return value?.version === historyVersion ? value : noHistory;
  } catch (error) {
    if (error instanceof SyntaxError) return noHistory;
    throw error;
  }
}

/** What a step goes by in a history. */
export function stepIn(task: string, { index, command }: Pick<StepRecord, 'index' | 'command'>): string {
  return `${task} ${index} ${command}`;
}

export function* stepsOf({ tasks }: Pick<RunRecord, 'tasks'>): Generator<[string, StepRecord]> {
  for (const { id, steps } of tasks) for (const step of steps) yield [stepIn(id, step), step];
}

function isTelling({ decision, outcome }: StepRecord): boolean {
  return outcome === 'executed' && decision.kind === 'miss' && decision.reasons[0]?.code !== 'forced';
}

/** A cause that is not among those of the last run has ended, whatever comes later. */
function continued(before: readonly RecurringCause[], now: readonly Cause[]): RecurringCause[] {
  const runs = new Map(before.map((one) => [keyOf(one.cause), one.runs]));
  const causes = new Map(now.map((cause) => [keyOf(cause), cause]));
  return [...causes].slice(0, MOST_CAUSES).map(([key, cause]) => ({ cause, runs: (runs.get(key) ?? 0) + 1 }));
}

/** What was not stored cannot hit whatever else there is, so that comes first; what holds for a directory comes last. */
function causesOf({ decision, stored }: StepRecord): Cause[] {
  const reasons = decision.kind === 'miss' ? decision.reasons.filter(({ code }) => canRecur.has(code)) : [];
  const below = reasons.flatMap((reason) => {
    const directory = directoryOf(reason);
    return directory === undefined ? [] : [{ kind: 'miss-below', code: reason.code, directory } as const];
  });
  return [
    ...(stored.kind === 'not-stored' ? [{ kind: 'not-stored', reason: stored.reason } as const] : []),
    ...reasons.slice(0, MOST_CAUSES / 2).map((reason) => ({ kind: 'miss', reason }) as const),
    ...below,
  ];
}

/** All but what comes of an edit to the task itself, of the machine, or of asking for it. */
const canRecur = new Set<MissReason['code']>([
  'args-changed',
  'env-changed',
  'input-changed',
  'listing-changed',
  'link-changed',
  'mode-changed',
  'tool-changed',
  'in-the-way',
  'cache-fault',
]);

/** Of a name in a listing, the directory listed. The root stands for too much to be told of. */
function directoryOf(reason: MissReason): WorkspacePath | undefined {
  const directory = reason.code === 'listing-changed' ? reason.path : reason.code === 'input-changed' ? parentOf(reason.path) : '';
  return directory === '' ? undefined : directory;
}

/** Code and subject; how a path or a variable changed, and the details of what went wrong, may differ. */
function keyOf(cause: Cause): string {
  if (cause.kind === 'miss-below') return JSON.stringify([cause.kind, cause.code, cause.directory]);
  const { reason, kind } = cause;
  const path = 'path' in reason ? reason.path : '';
  const name = 'name' in reason ? reason.name : 'program' in reason ? reason.program : '';
  return JSON.stringify([kind, reason.code, path, name]);
}

/** Of a task that never hits, enough to find what is the same each time. */
const MOST_CAUSES = 24;
const MOST_STEPS = 1000;
