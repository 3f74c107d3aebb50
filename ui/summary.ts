import type { RunRecord, StepRecord, Totals } from '../src/report/run-record.ts';
import { neverHitLines } from './never-hit-lines.ts';
import { describeExit, promptLine } from './step-lines.ts';
import { palette, type Palette } from './terminal.ts';

/**
 * The closing lines of a run: two, up to three for steps that never hit, and one more for each step that failed. Empty
 * where the step's own lines say it all, which is when one step executed alone.
 */
export function renderFooter({ totals, tasks, neverHits }: RunRecord, { hasColors }: { readonly hasColors: boolean }): string {
  const paint = palette(hasColors);
  const stuck = neverHitLines(neverHits, paint, 3);
  if (totals.steps <= 1 && totals.hits === 0) return stuck.length === 0 ? '' : [paint.grey('---'), ...stuck].join('\n');
  const failed = tasks.flatMap((task) => task.steps).filter((step) => step.outcome === 'failed');
  return [
    paint.grey('---'),
    `${paint.bold('reprise run:')} ${closingSentence(totals, paint)}`,
    ...stuck,
    ...failed.map((step) => failedLine(step, paint)),
  ].join('\n');
}

/** `67ms`, `5.39s`, `12m 34s`. */
export function formatDuration(milliseconds: number): string {
  if (Math.round(milliseconds) < 1000) return `${Math.round(milliseconds)}ms`;
  if (milliseconds < 59_995) return `${(milliseconds / 1000).toFixed(2)}s`;
  const seconds = Math.round(milliseconds / 1000);
  return `${Math.floor(seconds / 60)}m ${seconds % 60}s`;
}

/** Floored, so that 100 means all. */
export function hitPercentage({ hits, misses }: Pick<Totals, 'hits' | 'misses'>): number {
  return hits === 0 ? 0 : Math.floor((100 * hits) / (hits + misses));
}

function closingSentence(totals: Totals, { green, red, grey }: Palette): string {
  const saved = totals.savedMs > 0 ? [green(`${formatDuration(totals.savedMs)} saved`)] : [];
  if (totals.steps <= 1) return `${['cache hit', ...saved].join(', ')}.`;
  const cacheable = totals.hits + totals.misses;
  const parts = [
    ...(cacheable === 0 ? [] : [`${totals.hits}/${cacheable} cache hit (${hitPercentage(totals)}%)`]),
    `${totals.succeeded}/${totals.steps} successful`,
    ...saved,
    ...counted(totals.failed, 'failed').map(red),
    ...counted(totals.blocked, 'blocked'),
    ...counted(totals.cancelled + totals.notStarted, 'cancelled'),
    ...counted(totals.notStored, 'not stored'),
  ];
  return `${parts.join(', ')}. ${grey('(Run `reprise run --last-details` for full details)')}`;
}

function counted(count: number, what: string): string[] {
  return count === 0 ? [] : [`${count} ${what}`];
}

function failedLine({ label, cwd, command, exit }: StepRecord, { blue, red }: Palette): string {
  return `${red('✗')} ${label}: ${blue(promptLine(cwd, command))}${exit ? ` ${describeExit(exit)}` : ''}`;
}
