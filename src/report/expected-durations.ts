import type { RunRecord, StepRecord } from './run-record.ts';

/** How long steps take, by the label of their task, in its order; not all are known. */
export type ExpectedDurations = ReadonlyMap<string, readonly (number | undefined)[]>;

/** What the last run tells of the next: how long each step ran, or had run when its result was stored. */
export function expectedDurations({ tasks }: RunRecord): ExpectedDurations {
  const durations = new Map<string, (number | undefined)[]>();
  for (const step of tasks.flatMap(({ steps }) => steps)) {
    const ofTask = durations.get(step.label) ?? [];
    ofTask[step.index] = durationOf(step);
    durations.set(step.label, ofTask);
  }
  return durations;
}

/** One that failed or was cut short tells nothing. */
function durationOf({ outcome, restored, milliseconds }: StepRecord): number | undefined {
  if (outcome === 'restored') return restored?.savedMs;
  return outcome === 'executed' ? milliseconds : undefined;
}
