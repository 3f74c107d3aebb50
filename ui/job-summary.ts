import { unreachable } from '../src/base/diagnostic.ts';
import { displayPath } from '../src/base/path.ts';
import { describeMiss } from '../src/cache/miss-reason.ts';
import { describeNotStored } from '../src/cache/not-stored.ts';
import type { RunRecord, StepRecord, TaskRecord } from '../src/report/run-record.ts';
import { describeExit, promptLine } from './step-lines.ts';
import { formatDuration, hitPercentage } from './summary.ts';
import { removeColors } from './terminal.ts';

/**
 * A run as Markdown for the page of a CI job: its figures, what failed, and a table of its steps, the failed ones first.
 * Never more than 200 rows and 256 KiB: services show no page that is too long.
 */
export function renderJobSummary(record: RunRecord): string {
  const rows = rowsOf(record);
  const failed = record.tasks.flatMap(({ steps }) => steps).filter(({ outcome }) => outcome === 'failed');
  const head = [`### ${failed.length === 0 && record.exitCode === 0 ? '✅' : '❌'} reprise run`, '', figures(record), ''];
  const failures = failed
    .slice(0, mostRows)
    .map((step) => `- ❌ ${text(step.label)}: ${text(promptLine(step.cwd, step.command))} ${ending(step)}`);
  const table = ['| Task | Result | Why | Time |', '| --- | --- | --- | ---: |', ...rows.slice(0, mostRows)];
  const rest = rows.length - mostRows;
  const note = rest > 0 ? ['', `… and ${rest} more`] : [];
  return bounded([...head, ...failures, ...(failures.length > 0 ? [''] : []), ...table, ...note, '']);
}

const mostRows = 200;
const mostBytes = 256 * 1024;
const mostOfText = 300;

function figures({ totals, startedAtMs, endedAtMs }: RunRecord): string {
  const cacheable = totals.hits + totals.misses;
  const parts = [
    ...(cacheable === 0 ? [] : [`**${totals.hits}/${cacheable}** cache hit (${hitPercentage(totals)}%)`]),
    `**${totals.succeeded}/${totals.steps}** successful`,
    ...(totals.savedMs > 0 ? [`${formatDuration(totals.savedMs)} saved`] : []),
    ...(totals.failed > 0 ? [`**${totals.failed} failed**`] : []),
    ...(totals.blocked > 0 ? [`${totals.blocked} blocked`] : []),
    ...(totals.cancelled + totals.notStarted > 0 ? [`${totals.cancelled + totals.notStarted} cancelled`] : []),
  ];
  return `${parts.join(', ')} in ${formatDuration(endedAtMs - startedAtMs)}`;
}

function rowsOf({ tasks }: RunRecord): string[] {
  const ofOutcome = (isFailed: boolean) => tasks.filter(({ outcome }) => (outcome === 'failed') === isFailed).flatMap(taskRows);
  return [...ofOutcome(true), ...ofOutcome(false)];
}

function taskRows({ label, outcome, blockedBy, steps }: TaskRecord): string[] {
  if (outcome === 'blocked') return [row([text(label), '⊘ blocked', text(`by ${blockedBy}`), ''])];
  if (outcome === 'not-started') return [row([text(label), '⊘ not started', '', ''])];
  return steps.map((step) => row([text(step.label), result(step), text(why(step)), formatDuration(step.milliseconds)]));
}

function result(step: StepRecord): string {
  switch (step.outcome) {
    case 'restored':
      return '◉ hit';
    case 'executed':
      return '✓ run';
    case 'failed':
      return `❌ failed ${ending(step)}`;
    case 'cancelled':
      return '⊘ cancelled';
    default:
      return unreachable(step.outcome);
  }
}

function why({ decision, stored, restored }: StepRecord): string {
  if (restored !== undefined) return `${formatDuration(restored.savedMs)} saved`;
  const notStored = stored.kind === 'not-stored' ? [`not cached: ${describeNotStored(stored.reason)}`] : [];
  const [reason] = decision.kind === 'miss' ? decision.reasons : [];
  const missed = decision.kind === 'uncached' ? ['cache disabled'] : reason === undefined ? [] : [describeMiss(reason)];
  return [...missed, ...notStored].join('; ');
}

function ending({ exit }: StepRecord): string {
  return exit === undefined ? '' : text(describeExit(exit));
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** Names and commands stand as they are: nothing in them is Markdown. */
function text(value: string): string {
  const shown = displayPath(removeColors(value).text);
  const short = shown.length > mostOfText ? `${shown.slice(0, mostOfText)}…` : shown;
  return short.replace(/[!#$&*<>@[\\\]_`{|}~]/g, '\\$&');
}

/** By whole lines. */
function bounded(lines: readonly string[]): string {
  let bytes = 0;
  const end = lines.findIndex((line) => (bytes += Buffer.byteLength(line) + 1) > mostBytes);
  return `${(end === -1 ? lines : [...lines.slice(0, end), '', '…', '']).join('\n')}\n`;
}
