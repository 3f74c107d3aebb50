import type { RunRecord, StepRecord } from './run-record.ts';

/** How long steps take, by the label of their task and their index: see `durationName`. */
export type ExpectedDurations = ReadonlyMap<string, number>;

/** What the last run tells of the next: how long each step ran, or had run when its result was stored. */
export function expectedDurations({ tasks }: RunRecord): ExpectedDurations {
  const known = tasks.flatMap(({ steps }) =>
    steps.flatMap((step) => {
      const milliseconds = durationOf(step);
      return milliseconds === undefined ? [] : [[durationName(step.label, step.index), milliseconds] as const];
    }),
  );
  return new Map(known);
}

export function durationName(label: string, index: number): string {
  return `${label} ${index}`;
}

/** One that failed or was cut short tells nothing. */
function durationOf({ outcome, restored, milliseconds }: StepRecord): number | undefined {
  if (outcome === 'restored') return restored?.savedMs;
  return outcome === 'executed' ? milliseconds : undefined;
}
