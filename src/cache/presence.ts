import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { codeOf, isAlive, listDirectory, orUnreadable, removeIfPossible, stampOf } from '../base/files.ts';
import { joinPath, type AbsolutePath } from '../base/path.ts';

/** The runs that have a store open, besides the one that asks. */
export interface OtherRuns {
  /** Since when each of them may use what it finds or writes, in milliseconds. */
  readonly since: readonly number[];
  /** What runs have left that were killed. */
  readonly left: readonly AbsolutePath[];
}

/**
 * Makes a run known to others that use the same store; gives what ends that. Where nothing can be written the run goes
 * unknown: then others may remove what it is about to restore, which costs it a miss.
 */
export function enter(runs: AbsolutePath): () => void {
  const name = `${process.pid}.${startOf(process.pid)}.${processSpace()}.${randomBytes(6).toString('hex')}`;
  const file = joinPath(runs, name);
  try {
    mkdirSync(runs, { recursive: true });
    writeFileSync(file, '', { flag: 'wx' });
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
  }
  return () => removeIfPossible(file);
}

export function otherRuns(runs: AbsolutePath): OtherRuns {
  const since: number[] = [];
  const left: AbsolutePath[] = [];
  for (const { name } of listDirectory(runs) ?? []) {
    const file = joinPath(runs, name);
    const startedAt = stampOf(file)?.mtimeMs;
    if (startedAt === undefined) continue;
    if (isPresent(name, startedAt)) since.push(startedAt - CLOCKS_DIFFER_MS);
    else left.push(file);
  }
  return { since, left };
}

/** Of a process in another container or on another machine nothing can be asked: it counts for a day. */
function isPresent(name: string, startedAt: number): boolean {
  const [, pid, start, space] = /^(\d+)\.(\d+)\.([0-9a-f]{8})\.[0-9a-f]+$/.exec(name) ?? [];
  if (pid === undefined) return false;
  if (space !== processSpace()) return Date.now() - startedAt < LONGEST_UNSEEN_MS;
  return isAlive(Number(pid)) && startOf(Number(pid)) === start;
}

/** Tells a process from a later one of the same id. Where the system does not say, all are alike. */
function startOf(pid: number): string {
  const stat = orUnreadable(() => readFileSync(`/proc/${pid}/stat`, 'latin1'));
  // The second field is the program's name in brackets, which may hold anything.
  return stat?.slice(stat.lastIndexOf(')')).split(' ')[20] ?? '0';
}

/** Within which process ids mean the same processes. */
function processSpace(): string {
  space ??= createHash('sha1')
    .update(`${hostname()} ${orUnreadable(() => readlinkSync('/proc/self/ns/pid')) ?? ''}`)
    .digest('hex')
    .slice(0, 8);
  return space;
}

let space: string | undefined;

/** Times of files are rounded, and may be another machine's. */
const CLOCKS_DIFFER_MS = 1000;
const LONGEST_UNSEEN_MS = 24 * 60 * 60 * 1000;
