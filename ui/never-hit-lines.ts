import { unreachable } from '../src/base/diagnostic.ts';
import { displayPath } from '../src/base/path.ts';
import { describeMiss, leaveOutBelowLine, leaveOutLine } from '../src/cache/miss-reason.ts';
import { describeNotStored, hintFor } from '../src/cache/not-stored.ts';
import type { Cause, NeverHit } from '../src/report/cause.ts';
import type { Palette } from './terminal.ts';

/** A line for each step that never hits: what keeps it from that, and the line of config that mends it. `most` lines at most. */
export function neverHitLines(neverHits: readonly NeverHit[], { yellow, grey }: Palette, most = Infinity): string[] {
  const shown = neverHits.length > most ? neverHits.slice(0, most - 1) : neverHits;
  const lines = shown.map((one) => {
    const mend = mendLine(one.cause, one);
    return `${yellow('!')} ${sentence(one)}${mend === undefined ? '' : grey(` → ${mend}`)}`;
  });
  if (shown.length === neverHits.length) return lines;
  return [
    ...lines,
    `${yellow('!')} ${neverHits.length - shown.length} more never hit ${grey('(Run `reprise run --last-details` for all)')}`,
  ];
}

export function describeCause(cause: Cause): string {
  switch (cause.kind) {
    case 'miss':
      return describeMiss(cause.reason);
    case 'miss-below':
      return `${cause.code === 'listing-changed' ? 'names' : 'files'} in '${displayPath(cause.directory)}' changed`;
    case 'not-stored':
      return describeNotStored(cause.reason);
    default:
      return unreachable(cause);
  }
}

interface MendedStep {
  readonly command: string;
  /** What the task declares, where that is known. */
  readonly env?: readonly string[];
}

/** What ends it, where config can. */
export function mendLine(cause: Cause, { command, env = [] }: MendedStep): string | undefined {
  if (cause.kind === 'not-stored') return hintFor(cause.reason);
  const name = cause.kind === 'miss' && cause.reason.code === 'env-changed' ? cause.reason.name : undefined;
  // What the command itself assigns is part of it.
  if (name !== undefined && command.includes(`${name}=`)) return undefined;
  const line = cause.kind === 'miss-below' ? leaveOutBelowLine(cause.directory) : leaveOutLine(cause.reason);
  if (line === undefined) return undefined;
  const isDeclared = name !== undefined && env.some((pattern) => pattern.includes('*') || pattern === name);
  return `if the result does not depend on it, in the config of the task: ${line}${isDeclared ? ', and not in "env"' : ''}`;
}

function sentence({ label, index, runs, cause, more }: NeverHit): string {
  const step = index === 0 ? label : `${label} (step ${index + 1})`;
  const what = cause.kind === 'not-stored' ? 'was not stored' : 'missed';
  return `${step} ${what} in ${runs} runs in a row: ${describeCause(cause)}${more === 0 ? '' : ` (and ${more} more such)`}`;
}
