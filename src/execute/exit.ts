import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { getSystemErrorMap } from 'node:util';
import { displayPath, fsPath, type AbsolutePath } from '../base/path.ts';
import type { Exit } from './execution.ts';

export type NotStarted = Extract<Exit, { kind: 'not-started' }>;

/** As the child reports its end through `node:child_process`. */
export function exitOf(code: number | null, signal: NodeJS.Signals | null): Exit {
  return signal === null ? { kind: 'exited', code: code ?? 0 } : signalled(constants.signals[signal]);
}

export function signalled(number: number): Exit {
  return { kind: 'signalled', signal: signalNames.get(number) ?? `signal ${number}`, number };
}

/** `number` is that of the system: 2 for ENOENT. The codes are those of a shell. */
export function notStarted(number: number): NotStarted {
  // Node.js does not know this one: a file without `#!` that is no program of this machine.
  const why = number === constants.errno.ENOEXEC ? 'exec format error' : getSystemErrorMap().get(-number)?.[1];
  return { kind: 'not-started', code: number === constants.errno.ENOENT ? 127 : 126, why: why ?? `system error ${number}` };
}

/** For an error of `spawn`. Other errors are thrown. */
export function notSpawned(error: unknown, cwd: AbsolutePath): NotStarted {
  if (!(error instanceof Error) || !('errno' in error) || typeof error.errno !== 'number') throw error;
  return refused(-error.errno, cwd);
}

/** For a process that could not be started: of a missing directory is said what is said of a missing program. */
export function refused(number: number, cwd: AbsolutePath): NotStarted {
  if (!existsSync(fsPath(cwd))) return { kind: 'not-started', code: 126, why: `no such directory: ${displayPath(cwd)}` };
  return notStarted(number);
}

/** The first name of a number counts: SIGABRT, not SIGIOT. */
const signalNames = new Map(
  Object.entries(constants.signals)
    .toReversed()
    .map(([name, number]) => [number, name] as const),
);
