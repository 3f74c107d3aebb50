import type { Entry } from '../src/cache/entry.ts';
import { criticalPath } from '../src/report/critical-path.ts';
import type { RunRecord, StepRecord, TaskRecord } from '../src/report/run-record.ts';
import { entrySections } from './entry-lines.ts';
import { neverHitLines } from './never-hit-lines.ts';
import { describeExit, promptLine } from './step-lines.ts';
import { decisionLines, resultLines } from './step-report.ts';
import { formatDuration, hitPercentage } from './summary.ts';
import type { Contents, Figure, Outcome, PageData, PageStep, PageTask } from './summary-page/page-data.ts';
import { palette } from './terminal.ts';
import { timelineOf, type Timeline } from './timeline.ts';

/** All that the page of a run shows. `entries`, by id: what each step rested on and left. */
export function summaryData(record: RunRecord, entries: ReadonlyMap<string, Entry>): PageData {
  const numbers = new Map(record.tasks.map(({ id }, index) => [id, index]));
  const numbersOf = (ids: readonly TaskRecord['id'][]) => ids.flatMap((id) => numbers.get(id) ?? []);
  const timeline = timelineOf(record);
  const path = criticalPath(record);
  const lines = new Lines(Math.max(1, record.totals.steps));
  const tasks = record.tasks.map((task): PageTask => {
    const { label, steps } = task;
    return {
      label,
      outcome: outcomeOf(task),
      ending: endingOf(task),
      milliseconds: steps.reduce((sum, { startedAtMs, endedAtMs }) => sum + endedAtMs - startedAtMs, 0),
      isNotStored: steps.some(({ stored }) => stored.kind === 'not-stored'),
      dependsOn: numbersOf(task.dependsOn ?? []),
      steps: steps.map((step) => pageStep(step, timeline, contentsOf(step, entries, lines))),
    };
  });
  return {
    startedAt: record.startedAt,
    milliseconds: record.endedAtMs - record.startedAtMs,
    exitCode: record.exitCode,
    figures: figuresOf(record),
    tasks,
    criticalPath: { tasks: numbersOf(path.tasks.map(({ id }) => id)), milliseconds: path.milliseconds },
    lanes: timeline.lanes,
    bars: timeline.bars,
    remarks: remarksOf(record),
    lines: lines.texts,
  };
}

function figuresOf({ totals, startedAtMs, endedAtMs }: RunRecord): Figure[] {
  const cacheable = totals.hits + totals.misses;
  const problems = [
    ['failed', totals.failed],
    ['blocked', totals.blocked],
    ['cancelled', totals.cancelled + totals.notStarted],
  ] as const;
  return [
    { name: 'took', value: formatDuration(endedAtMs - startedAtMs) },
    { name: 'tasks', value: String(totals.tasks) },
    { name: 'steps successful', value: `${totals.succeeded}/${totals.steps}` },
    ...(cacheable === 0 ? [] : [{ name: 'cache hits', value: `${totals.hits}/${cacheable} (${hitPercentage(totals)}%)` }]),
    ...(totals.savedMs === 0 ? [] : [{ name: 'saved', value: formatDuration(totals.savedMs), tone: 'good' } as const]),
    ...(totals.uncached === 0 ? [] : [{ name: 'not cacheable', value: String(totals.uncached) }]),
    ...(totals.notStored === 0 ? [] : [{ name: 'not stored', value: String(totals.notStored) }]),
    ...problems.filter(([, count]) => count > 0).map(([name, count]) => ({ name, value: String(count), tone: 'bad' }) as const),
  ];
}

function remarksOf({ notes, cacheFaults, packageCycles, neverHits }: RunRecord): string[] {
  return [
    ...neverHitLines(neverHits, palette(false), 20).map((line) => line.replace(/^! /, '')),
    ...cacheFaults.map((fault) => `Cache fault: ${fault}`),
    ...notes.map((note) => `Note: ${note}`),
    ...packageCycles.map((names) => `Package cycle: ${names.join(', ')}`),
  ];
}

function outcomeOf({ outcome, steps }: TaskRecord): Outcome {
  if (outcome === 'restored') return 'hit';
  if (outcome === 'not-started') return 'cancelled';
  if (outcome !== 'executed') return outcome;
  return steps.some(({ decision }) => decision.kind === 'miss') ? 'miss' : 'uncached';
}

function endingOf({ outcome, blockedBy, steps }: TaskRecord): string {
  if (outcome === 'blocked') return `blocked by ${blockedBy}`;
  if (outcome === 'not-started') return 'not started';
  const saved = steps.reduce((sum, { restored }) => sum + (restored?.savedMs ?? 0), 0);
  if (outcome === 'restored') return `restored, ${formatDuration(saved)} saved`;
  const failed = steps.find((step) => step.outcome === 'failed');
  return failed?.exit === undefined ? outcome : `failed ${describeExit(failed.exit)}`;
}

function pageStep(step: StepRecord, { phases }: Timeline, contents: readonly Contents[]): PageStep {
  const { outcome, exit, cwd, command } = step;
  return {
    command: promptLine(cwd, command),
    ending: exit === undefined || outcome === 'executed' ? '' : describeExit(exit),
    outcome,
    report: [...decisionLines(step), ...resultLines(step)],
    phases: phases.get(step) ?? [],
    contents,
  };
}

function contentsOf({ restored, stored, env }: StepRecord, entries: ReadonlyMap<string, Entry>, lines: Lines): Contents[] {
  const place = restored?.entry ?? (stored.kind === 'stored' ? stored.entry : undefined);
  const entry = place && entries.get(place.id);
  return entry === undefined ? [] : entrySections(entry, env ?? []).map(({ title, lines: texts }) => lines.add(title, texts));
}

/** Lines that steps share, and of the lines of each step no more than a page for all of them can hold. */
class Lines {
  readonly texts: string[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #most: number;

  constructor(steps: number) {
    this.#most = Math.max(25, Math.min(2000, Math.floor(200_000 / steps)));
  }

  add(title: string, texts: readonly string[]): Contents {
    const shown = texts.slice(0, this.#most);
    return { title, lines: shown.map((text) => this.#number(text)), more: texts.length - shown.length };
  }

  #number(text: string): number {
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    this.#numbers.set(text, this.texts.length);
    return this.texts.push(text) - 1;
  }
}
