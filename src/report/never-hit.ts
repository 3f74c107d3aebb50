import type { Cause, NeverHit } from './cause.ts';
import { stepsOf, type MissHistory } from './miss-history.ts';
import type { RunRecord } from './run-record.ts';

/** A cause is one when it was there in so many runs in a row. */
const RUNS_IN_A_ROW = 3;

/**
 * Of the steps of a run, those that never hit by the history with that run in it. `isWork`: causes that are what people
 * do, as are edits of sources, for which nothing is to be mended.
 */
export function neverHits(record: Pick<RunRecord, 'tasks'>, history: MissHistory, isWork: (cause: Cause) => boolean): NeverHit[] {
  const found = [...stepsOf(record)].flatMap(([key, { label, index, command, outcome, env }]): [string, NeverHit][] => {
    const causes = (history.steps[key]?.causes ?? []).filter(({ runs, cause }) => runs >= RUNS_IN_A_ROW && !isWork(cause));
    const [first] = causes;
    if (first === undefined || outcome !== 'executed') return [];
    const more = causes.slice(1).filter(({ cause }) => cause.kind !== 'miss-below').length;
    return [[key, { label, index, command, ...first, more, ...(env && { env }) }]];
  });
  return [...new Map(found).values()];
}
