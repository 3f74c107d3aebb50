import { displayPath, type WorkspacePath } from '../src/base/path.ts';
import { unreachable } from '../src/base/diagnostic.ts';
import { describeMiss } from '../src/cache/miss-reason.ts';
import { describeNotStored, hintFor, type NotStoredReason } from '../src/cache/not-stored.ts';
import type { Decision, StepOutcome } from '../src/report/event.ts';
import type { Palette } from './terminal.ts';

type Exit = Extract<StepOutcome, { kind: 'executed' }>['exit'];

/** `~/packages/a$ node build.js`; in the workspace root `$ node build.js`. */
export function promptLine(cwd: WorkspacePath, command: string): string {
  return cwd === '' ? `$ ${command}` : `~/${displayPath(cwd)}$ ${command}`;
}

/** What follows the prompt in a header: why the step executes, or that it does not. Nothing on a first run. */
export function decisionMark(decision: Decision, { green, grey }: Palette): string {
  switch (decision.kind) {
    case 'hit':
      return ` ${green('◉')} ${grey('cache hit, replaying')}`;
    case 'uncached':
      return ` ${grey('⊘ cache disabled')}`;
    case 'miss': {
      const [reason] = decision.reasons;
      if (reason === undefined || reason.code === 'first-run') return '';
      return ` ${grey(`○ cache miss: ${describeMiss(reason)}, executing`)}`;
    }
    default:
      return unreachable(decision);
  }
}

/** `✗ (exit code: 2)`; nothing of a step that succeeded. */
export function endingMark(outcome: StepOutcome, { red, grey }: Palette): string | undefined {
  switch (outcome.kind) {
    case 'restored':
      return undefined;
    case 'executed':
      return hasSucceeded(outcome.exit) ? undefined : `${red('✗')} ${describeExit(outcome.exit)}`;
    case 'cancelled':
      return grey(outcome.exit === undefined || hasSucceeded(outcome.exit) ? '⊘ cancelled' : `⊘ cancelled ${describeExit(outcome.exit)}`);
    default:
      return unreachable(outcome);
  }
}

export function describeExit(exit: Exit): string {
  return exit.kind === 'signalled' ? `(exit code: ${128 + exit.number}, ${exit.signal})` : `(exit code: ${exit.code})`;
}

/** The reason, and below it the line that mends it, where there is one. */
export function notCachedLines(reason: NotStoredReason): string[] {
  const hint = hintFor(reason);
  return [`→ Not cached: ${describeNotStored(reason)}`, ...(hint === undefined ? [] : [`  hint: ${hint}`])];
}

function hasSucceeded(exit: Exit): boolean {
  return exit.kind === 'exited' && exit.code === 0;
}
