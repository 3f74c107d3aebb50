import { unreachable } from '../src/base/diagnostic.ts';
import { describeMiss } from '../src/cache/miss-reason.ts';
import type { UncachedReason } from '../src/plan/planned.ts';
import type { StepRecord } from '../src/report/run-record.ts';
import { hiddenEnvNotes } from './hidden-env-lines.ts';
import { notCachedLines } from './step-lines.ts';
import { formatDuration } from './summary.ts';

/** How the cache answered, and why: all that is known to differ, one a line. */
export function decisionLines({ decision }: Pick<StepRecord, 'decision'>): string[] {
  switch (decision.kind) {
    case 'hit':
      return [`→ Cache hit - output replayed - ${formatDuration(decision.savedMs)} saved`];
    case 'miss': {
      const [first, ...others] = decision.reasons.map(describeMiss);
      return [
        ...(first === undefined ? [] : [`→ Cache miss: ${first}`]),
        ...others.map((line) => `  ${line}`),
        ...(decision.more === 0 ? [] : [`  and ${decision.more} more`]),
      ];
    }
    case 'uncached':
      return [`→ ${describeUncached(decision.reason)}`];
    default:
      return unreachable(decision);
  }
}

/** What the step did and how long that took, what was stored of it or why nothing was, and what is worth a note. */
export function resultLines(step: StepRecord): string[] {
  return [...storedLines(step), ...hiddenEnvNotes(step)];
}

function storedLines(step: StepRecord): string[] {
  const { stored } = step;
  const ran = step.exit === undefined ? [] : [`→ Ran for ${formatDuration(step.milliseconds)}`];
  switch (stored.kind) {
    case 'not-stored':
      return [...ran, ...notCachedLines(stored.reason)];
    case 'stored': {
      const counts = `${counted(stored.inputs, 'input')} and ${counted(stored.outputs, 'output')}`;
      return [...ran.map((line) => `${line}, stored with ${counts}`), ...stored.notes.map((note) => `→ Note: ${note}`)];
    }
    case 'nothing':
      return [...ran, ...restoredLines(step)];
    default:
      return unreachable(stored);
  }
}

function restoredLines({ restored }: StepRecord): string[] {
  if (restored === undefined) return [];
  const { filesWritten, filesRemoved } = restored;
  const done = [
    ...(filesWritten > 0 ? [`restored ${counted(filesWritten, 'file')}`] : []),
    ...(filesRemoved > 0 ? [`removed ${counted(filesRemoved, 'file')}`] : []),
  ];
  return [done.length === 0 ? '→ Its outputs were in place' : `→ Outputs: ${done.join(', ')}`];
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

/** Why a step takes no part in caching, and what turns it on. */
export function describeUncached(reason: UncachedReason): string {
  switch (reason) {
    case 'task-configuration':
      return 'Cache disabled in task configuration';
    case 'builtin':
      return 'Cache disabled for built-in command';
    case 'cache-off-for-run':
      return 'Cache disabled for this run';
    case 'scripts-not-cached':
      return 'Cache disabled for package scripts (`--cache` or `cache: { scripts: true }` turns it on)';
    case 'not-startable':
      return 'Cache not asked: the command cannot be started';
    default:
      return unreachable(reason);
  }
}
