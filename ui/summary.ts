import { criticalPath, type CriticalPath } from '../src/report/critical-path.ts';
import type { RunRecord, StepRecord, Totals } from '../src/report/run-record.ts';
import { hiddenEnvLines } from './hidden-env-lines.ts';
import { neverHitLines } from './never-hit-lines.ts';
import { describeExit, promptLine } from './step-lines.ts';
import { palette, type Palette } from './terminal.ts';
import { unprivilegedLine } from './unprivileged-line.ts';

interface FooterView {
  readonly hasColors: boolean;
  /** What else there is to say of the run, below the figures. */
  readonly remarks?: readonly string[];
}

/**
 * The closing lines of a run: at most three, one for programs without their privileges, up to three for steps that never hit and
 * three for variables that were not passed, the remarks, and one for each step that failed. Empty where the step's own lines say
 * it all, which is when one step executed alone.
 */
export function renderFooter(record: RunRecord, { hasColors, remarks = [] }: FooterView): string {
  const { totals, tasks } = record;
  const paint = palette(hasColors);
  const isLone = totals.steps <= 1 && totals.hits === 0;
  const stuck = [...unprivilegedLine(record, paint), ...neverHitLines(record.neverHits, paint, 3)];
  const hidden = hiddenEnvLines(record, paint, 3);
  if (isLone && remarks.length === 0 && stuck.length === 0 && hidden.length === 0) return '';
  const failed = tasks.flatMap((task) => task.steps).filter((step) => step.outcome === 'failed');
  return [
    paint.grey('---'),
    ...(isLone ? [] : [`${paint.bold('reprise run:')} ${closingSentence(totals, paint)}`]),
    ...(record.exitCode === 0 ? criticalPathLine(record, paint) : []),
    ...stuck,
    ...hidden,
    ...remarks,
    ...(isLone ? [] : failed.map((step) => failedLine(step, paint))),
  ].join('\n');
}

/** `4.20s for a#build → b#build → … → f#test (6 tasks)` */
export function describePath({ tasks, milliseconds }: CriticalPath): string {
  const labels = tasks.map(({ label }) => label);
  const shown = labels.length <= 4 ? labels : [...labels.slice(0, 2), '…', ...labels.slice(-1)];
  const count = labels.length <= 4 ? '' : ` (${labels.length} tasks)`;
  return `${formatDuration(milliseconds)} for ${shown.join(' → ')}${count}`;
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

/** Only of runs that somebody waited for: what took no time needs no explanation. */
function criticalPathLine(record: RunRecord, { grey }: Palette): string[] {
  if (record.endedAtMs - record.startedAtMs < worthALine) return [];
  const path = criticalPath(record);
  return path.tasks.length < 2 || path.milliseconds < worthALine ? [] : [grey(`critical path: ${describePath(path)}`)];
}

const worthALine = 2000;

function counted(count: number, what: string): string[] {
  return count === 0 ? [] : [`${count} ${what}`];
}

function failedLine({ label, cwd, command, exit }: StepRecord, { blue, red }: Palette): string {
  return `${red('✗')} ${label}: ${blue(promptLine(cwd, command))}${exit ? ` ${describeExit(exit)}` : ''}`;
}
