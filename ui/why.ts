import { unreachable } from '../src/base/diagnostic.ts';
import { describeMiss } from '../src/cache/miss-reason.ts';
import type { UncachedReason } from '../src/plan/planned.ts';
import type { ExplainedRun, ExplainedStep, ExplainedTask, Explanation } from '../src/report/explanation.ts';
import { groupReasons, type ReasonGroup } from '../src/report/reason-groups.ts';
import { formatAge } from './cache-report.ts';
import { describeUncached } from './step-report.ts';
import { hiddenEnvNotes } from './hidden-env-lines.ts';
import { describeCause, mendLine } from './never-hit-lines.ts';
import { describeExit, notCachedLines, promptLine } from './step-lines.ts';
import { formatDuration } from './summary.ts';
import { palette, type Palette } from './terminal.ts';

interface WhyView {
  readonly hasColors: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** The text of `reprise why`: of each step the answer, what it rests on, and what would change it. */
export function renderWhy({ tasks, notes }: Explanation, view: WhyView): string {
  const paint = palette(view.hasColors);
  const blocks = tasks.map((task) => taskLines(task, view, paint).join('\n'));
  return [...blocks, ...notes.map((note) => paint.grey(`note: ${note}`))].join('\n\n');
}

function taskLines({ label, executedBefore, steps }: ExplainedTask, view: WhyView, paint: Palette): string[] {
  const [first, second, third, ...others] = executedBefore;
  const shown = [first, second, third].filter((one) => one !== undefined).join(', ');
  const doubt = `${shown}${others.length > 0 ? ` and ${others.length} more` : ''} would execute before and may change these answers`;
  return [
    paint.bold(label),
    ...(first === undefined ? [] : [`  ${paint.grey(doubt)}`]),
    ...steps.flatMap((step) => ('tasks' in step ? runLines(step, view, paint) : stepLines(step, view, paint))).map(indented),
  ];
}

function runLines({ shown, tasks }: ExplainedRun, view: WhyView, paint: Palette): string[] {
  return [`${paint.blue(`$ ${shown}`)} ${paint.grey('runs:')}`, ...tasks.flatMap((task) => taskLines(task, view, paint)).map(indented)];
}

function stepLines(step: ExplainedStep, view: WhyView, paint: Palette): string[] {
  const doubt = step.provisional && step.answer.kind !== 'uncached' ? paint.grey(', unless what runs before changes that') : '';
  const details = [...answerLines(step), ...candidateLines(step, view), ...lastRunLines(step, view), ...mendLines(step)];
  return [`${paint.blue(promptLine(step.cwd, step.shown))} ${answerMark(step, paint)}${doubt}`, ...details.map(indented)];
}

function answerMark({ answer, candidates }: ExplainedStep, { green, grey, yellow, red }: Palette): string {
  switch (answer.kind) {
    case 'hit':
      return green(`◉ would hit, ${formatDuration(answer.savedMs)} saved`);
    case 'uncached':
      return grey('⊘ not cached');
    case 'not-startable':
      return `${red('✗')} ${answer.problem.message}`;
    case 'miss': {
      const [reason] = answer.reasons;
      const total = answer.reasons.length + answer.more;
      if (reason === undefined || reason.code === 'first-run') return yellow('○ would miss: nothing is stored for it');
      if (candidates.length > 0 && total > 1) return yellow(`○ would miss: ${total} differences to the nearest result`);
      return yellow(`○ would miss: ${describeMiss(reason)}${total > 1 ? ` (and ${total - 1} more)` : ''}`);
    }
    default:
      return unreachable(answer);
  }
}

/** By design; or, without anything to compare with, what differs in the command itself from when it was last stored. */
function answerLines({ answer, candidates }: ExplainedStep): string[] {
  if (answer.kind === 'uncached') return [`→ ${describeUncached(answer.reason)}`, ...switchLines(answer.reason)];
  if (answer.kind !== 'miss' || candidates.length > 0 || answer.reasons.length <= 1) return [];
  return ['Since it was last stored:', ...groupReasons(answer.reasons).map(groupLine).map(indented)];
}

/** How caching is switched on, where the reason does not say so itself. */
function switchLines(reason: UncachedReason): string[] {
  switch (reason) {
    case 'task-configuration':
      return ['  hint: `"cache": true` on the task, where it says `false`; or `"cache": { "tasks": true }` in the config of the root'];
    case 'cache-off-for-run':
      return ['  hint: leave out `--no-cache`'];
    default:
      return [];
  }
}

function candidateLines({ answer, candidates: [nearest, ...others] }: ExplainedStep, { now }: WhyView): string[] {
  if (nearest === undefined) return [];
  const age = `stored ${formatAge(now - nearest.storedAt)}, took ${formatDuration(nearest.milliseconds)}`;
  if (answer.kind === 'hit') return [`Result ${age}`];
  const rest = others.map(({ storedAt, differences }) => `${formatAge(now - storedAt)} (${counted(differences.length, 'difference')})`);
  return [
    `Nearest of ${counted(others.length + 1, 'stored result')}, ${age}:`,
    ...groupReasons(nearest.differences).map(groupLine).map(indented),
    ...(rest.length === 0 ? [] : [`Others: ${rest.join(', ')}`]),
  ];
}

/** Up to five of a kind, and how many more there are. */
function groupLine({ first, reasons }: ReasonGroup): string {
  const shown = reasons.slice(0, 5).map(describeMiss);
  const more = reasons.length - shown.length;
  const what = 'path' in first && first.code !== 'listing-changed' ? 'file' : first.code === 'env-changed' ? 'variable' : 'name';
  return `${shown.join(', ')}${more > 0 ? `, +${counted(more, what)}` : ''}`;
}

function lastRunLines({ answer, lastRun, history }: ExplainedStep, { now }: WhyView): string[] {
  const missed = history === undefined ? undefined : history.causes[0];
  const ofHistory = missed && [`When it last ran, ${formatAge(now - history!.at)}: ${describeCause(missed.cause)}`];
  if (answer.kind === 'uncached' && answer.reason === 'builtin') return [];
  if (lastRun.kind === 'none') return ofHistory ?? ['Last run: none is recorded'];
  const when = formatAge(now - lastRun.endedAtMs);
  switch (lastRun.kind) {
    case 'without-it':
      return ofHistory ?? [`Last run, ${when}: it was no part of it`];
    case 'not-reached':
      return [`Last run, ${when}: not started${lastRun.blockedBy === undefined ? '' : `, blocked by ${lastRun.blockedBy}`}`];
    case 'ran':
      return [
        `Last run, ${when}: ${decided(lastRun.step)}, ${endedAs(lastRun)}`,
        ...notStoredLines(lastRun),
        ...hiddenEnvNotes(lastRun.step).map(indented),
      ];
    default:
      return unreachable(lastRun);
  }
}

type Ran = Extract<ExplainedStep['lastRun'], { kind: 'ran' }>;

function decided({ decision }: Ran['step']): string {
  if (decision.kind === 'hit') return 'hit';
  if (decision.kind === 'uncached') return 'not cached';
  const [reason] = decision.reasons;
  return reason === undefined ? 'missed' : `missed (${describeMiss(reason)})`;
}

function endedAs({ step: { outcome, exit, stored }, isGone }: Ran): string {
  const gone = isGone ? ', which is no longer in the store' : '';
  switch (outcome) {
    case 'restored':
      return `restored a result${gone}`;
    case 'failed':
      return `failed${exit === undefined ? '' : ` ${describeExit(exit)}`}, and failures are not stored`;
    case 'cancelled':
      return 'was cancelled, so nothing was stored';
    case 'executed':
      return stored.kind === 'stored' ? `stored its result${gone}` : stored.kind === 'not-stored' ? 'was not stored' : 'executed';
    default:
      return unreachable(outcome);
  }
}

function notStoredLines({ step: { stored } }: Ran): string[] {
  return stored.kind === 'not-stored' ? notCachedLines(stored.reason).map(indented) : [];
}

/** What would change the answer: of a variable always; of a path only if it changes from run to run, for else it is what was edited. */
function mendLines({ shown, answer, candidates: [nearest], lastRun, history }: ExplainedStep): string[] {
  if (answer.kind !== 'miss') return [];
  const differences = nearest?.differences ?? answer.reasons;
  const variables = differences.flatMap((reason) => (reason.code === 'env-changed' ? [reason] : []));
  const isTold = lastRun.kind === 'ran' && lastRun.step.stored.kind === 'not-stored';
  const recurring = (history?.causes ?? []).filter(({ cause, runs }) => {
    if (cause.kind === 'not-stored') return !isTold;
    return runs >= 2 && !(cause.kind === 'miss' && cause.reason.code === 'env-changed');
  });
  return [
    ...variables.slice(0, MOST_LINES).flatMap((reason) => {
      // Where nothing is stored under the key, the variable is part of the key, and so it is declared.
      const mend = mendLine({ kind: 'miss', reason }, { command: shown, env: nearest === undefined ? [reason.name] : [] });
      return mend === undefined ? [] : [`→ ${mend}`];
    }),
    ...recurring.slice(0, MOST_LINES).map(({ cause, runs }) => {
      const mend = mendLine(cause, { command: shown });
      return `→ ${counted(runs, 'run')} in a row: ${describeCause(cause)}${mend === undefined ? '' : `; ${mend}`}`;
    }),
  ];
}

const MOST_LINES = 3;

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

function indented(line: string): string {
  return `  ${line}`;
}
