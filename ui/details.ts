import type { Entry } from '../src/cache/entry.ts';
import { criticalPath } from '../src/report/critical-path.ts';
import type { RunRecord, StepRecord, TaskRecord } from '../src/report/run-record.ts';
import { entryLines } from './entry-lines.ts';
import { neverHitLines } from './never-hit-lines.ts';
import { describeExit, promptLine } from './step-lines.ts';
import { decisionLines, resultLines } from './step-report.ts';
import { describePath, formatDuration, hitPercentage } from './summary.ts';
import { palette, type Palette } from './terminal.ts';
import { unprivilegedLine } from './unprivileged-line.ts';

/** The report of `-v` and `--last-details`: the figures of a run, and for each of its steps all that is known. */
export function renderDetails(record: RunRecord, { hasColors, entries = noEntries }: DetailsView): string {
  const paint = palette(hasColors);
  const blocks = record.tasks.flatMap((task) => taskBlocks(task, entries, paint));
  const separator = paint.grey(`  ${'·'.repeat(55)}`);
  return [
    '',
    paint.grey(rule),
    paint.bold('    Reprise Task Runner • Execution Summary'),
    paint.grey(rule),
    '',
    `${paint.bold('Statistics:')}   ${statistics(record)}`,
    `${paint.bold('Performance:')}  ${performance(record)}`,
    ...criticalPathLine(record),
    ...cacheFaults(record),
    ...unprivilegedLine(record, paint),
    ...neverHitLines(record.neverHits, paint),
    ...record.packageCycles.map((names) => `Package cycle: ${names.join(', ')}`),
    ...record.notes.map((note) => `Note:         ${note}`),
    '',
    paint.bold('Task Details:'),
    paint.grey('─'.repeat(48)),
    ...blocks.flatMap((lines, index) => [...(index === 0 ? [] : [separator]), ...numbered(lines, index + 1)]),
    paint.grey(rule),
  ].join('\n');
}

interface DetailsView {
  readonly hasColors: boolean;
  /** By id, for `-vv`: what each step rested on and left. */
  readonly entries?: ReadonlyMap<string, Entry>;
}

const noEntries: ReadonlyMap<string, Entry> = new Map();

const rule = '━'.repeat(47);

/** The first three counts always stand, in the plural, for those who read them by pattern. A step counts as a task, as in the blocks below. */
function statistics({ totals }: RunRecord): string {
  const others = [
    [totals.uncached, 'cache disabled'],
    [totals.failed, 'failed'],
    [totals.blocked, 'blocked'],
    [totals.cancelled + totals.notStarted, 'cancelled'],
    [totals.notStored, 'not stored'],
  ] as const;
  return [
    `${totals.steps} tasks`,
    `${totals.hits} cache hits`,
    `${totals.misses} cache misses`,
    ...others.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`),
  ].join(' • ');
}

function performance({ totals }: RunRecord): string {
  const saved = totals.savedMs > 0 ? `, ${formatDuration(totals.savedMs)} saved in total` : '';
  return `${hitPercentage(totals)}% cache hit rate${saved}`;
}

function criticalPathLine(record: RunRecord): string[] {
  const path = criticalPath(record);
  return path.tasks.length < 2 ? [] : [`Critical path: ${describePath(path)}`];
}

function cacheFaults({ cacheFaults: [first, ...others] }: RunRecord): string[] {
  if (first === undefined) return [];
  return [`Cache fault:  ${first}${others.length === 0 ? '' : ` (and ${others.length} more)`}`];
}

function numbered([first = '', ...others]: readonly string[], number: number): string[] {
  return [`  [${number}] ${first}`, ...others.map((line) => `      ${line}`)];
}

function taskBlocks({ label, outcome, blockedBy, steps }: TaskRecord, entries: ReadonlyMap<string, Entry>, paint: Palette): string[][] {
  if (outcome === 'blocked') return [[`${label} ${paint.grey(`⊘ (blocked by ${blockedBy})`)}`]];
  if (outcome === 'not-started') return [[`${label} ${paint.grey('⊘ (not started)')}`]];
  return steps.map((step) => {
    const place = step.restored?.entry ?? (step.stored.kind === 'stored' ? step.stored.entry : undefined);
    const entry = place && entries.get(place.id);
    const contents = entry === undefined ? [] : entryLines(entry, step.env ?? []).map(paint.dim);
    const decision = decisionLines(step).map(paint[paints[step.decision.kind]]);
    return [stepTitle(step, paint), ...decision, ...resultLines(step).map(paint.dim), ...contents];
  });
}

function stepTitle({ label, cwd, command, outcome, exit }: StepRecord, { blue, green, red, grey }: Palette): string {
  const ending = exit === undefined ? '' : ` ${describeExit(exit)}`;
  const mark = outcome === 'failed' ? red(`✗${ending}`) : outcome === 'cancelled' ? grey('⊘ (cancelled)') : green('✓');
  return `${label}: ${blue(promptLine(cwd, command))} ${mark}`;
}

const paints = { hit: 'green', miss: 'yellow', uncached: 'grey' } as const;
