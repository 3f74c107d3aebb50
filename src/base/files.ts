import {
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  type Dirent,
  type Stats,
} from 'node:fs';
import { decodePath, fsPath, joinPath, parentOf, type AbsolutePath } from './path.ts';

/**
 * What identifies a state of a file without reading it. Times are milliseconds as `node:fs` computes them
 * (`sec * 1000 + nsec / 1e6` in double precision, which resolves about a quarter of a microsecond).
 */
export interface Stamp {
  readonly dev: number;
  readonly ino: number;
  readonly size: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly mode: number;
}

export function sameStamp(a: Stamp | undefined, b: Stamp | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.ino === b.ino && a.ctimeMs === b.ctimeMs && a.mtimeMs === b.mtimeMs && a.size === b.size && a.mode === b.mode && a.dev === b.dev;
}

/** The stamp of what stands at `path` (of a link itself); `undefined` when nothing does. */
export function stampOf(path: AbsolutePath): Stamp | undefined {
  return orAbsent(() => {
    // Most paths that are asked for are not there, and an exception costs ten times as much as the answer.
    const stats = lstatSync(fsPath(path), { throwIfNoEntry: false });
    return stats && toStamp(stats);
  });
}

/** The stamp behind links; `undefined` when nothing is there. */
export function stampBehind(path: AbsolutePath): Stamp | undefined {
  return orAbsent(() => toStamp(statSync(fsPath(path))));
}

export type FileKind = 'file' | 'directory' | 'link' | 'other';

export function kindOf(stamp: Pick<Stamp, 'mode'>): FileKind {
  switch (stamp.mode & 0o170000) {
    case 0o100000:
      return 'file';
    case 0o040000:
      return 'directory';
    case 0o120000:
      return 'link';
    default:
      return 'other';
  }
}

export function readLink(path: AbsolutePath): string | undefined {
  return orAbsent(() => decodePath(readlinkSync(fsPath(path), { encoding: 'buffer' })));
}

/** Where a path leads, links followed; `undefined` where that cannot be told. */
export function realPath(path: AbsolutePath): AbsolutePath | undefined {
  try {
    return decodePath(realpathSync.native(fsPath(path), { encoding: 'buffer' })) as AbsolutePath;
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return undefined;
  }
}

/** Names and kinds in a directory, unordered; `undefined` when it is not there, not a directory or may not be read. */
export function listDirectory(path: AbsolutePath): { name: string; kind: 'f' | 'd' | 'l' | 'o' }[] | undefined {
  return orUnreadable(() => {
    const entries = readdirSync(fsPath(path), { withFileTypes: true });
    const isFaithful = entries.every(({ name }) => !name.includes('\uFFFD'));
    if (isFaithful) return entries.map((entry) => ({ name: entry.name, kind: kindOfEntry(entry) }));
    const raw = readdirSync(fsPath(path), { withFileTypes: true, encoding: 'buffer' });
    return raw.map((entry) => ({ name: decodePath(entry.name), kind: kindOfEntry(entry) }));
  });
}

function kindOfEntry(entry: Pick<Dirent, 'isFile' | 'isDirectory' | 'isSymbolicLink'>): 'f' | 'd' | 'l' | 'o' {
  return entry.isFile() ? 'f' : entry.isDirectory() ? 'd' : entry.isSymbolicLink() ? 'l' : 'o';
}

/** A name for what is not in place yet. Should this process be killed, `removeAbandoned` knows it by the name. */
export function temporaryName(path: AbsolutePath): AbsolutePath {
  return `${path}.${process.pid}-${randomHex()}.tmp` as AbsolutePath;
}

/** To be unique, not to be secret: `node:crypto` takes as long to load as all else that a short command needs. */
export function randomHex(): string {
  return Array.from({ length: 2 }, () =>
    Math.floor(Math.random() * 2 ** 32)
      .toString(16)
      .padStart(8, '0'),
  ).join('');
}

/** Removes what processes that are gone have left in a directory under a temporary name. Gives how many there were. */
export function removeAbandoned(directory: AbsolutePath): number {
  const abandoned = namesIn(directory).filter((name) => {
    const pid = /\.(\d+)-[0-9a-f]+\.tmp$/.exec(name)?.[1];
    return pid !== undefined && !isAlive(Number(pid));
  });
  for (const name of abandoned) removeIfPossible(joinPath(directory, name));
  return abandoned.length;
}

/** Of a directory that may not be read, none. */
function namesIn(directory: AbsolutePath): string[] {
  try {
    return readdirSync(fsPath(directory));
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return [];
  }
}

/** Whether a process has this id; it may be one of another user. */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

/** Replaces `path` in one step: readers see the old bytes or the new, never a part. Makes missing directories. */
export function writeAtomically(path: AbsolutePath, bytes: Uint8Array | string): void {
  const beside = temporaryName(path);
  mkdirSync(fsPath(parentOf(path)), { recursive: true });
  try {
    writeFileSync(fsPath(beside), bytes);
    renameSync(fsPath(beside), fsPath(path));
  } catch (error) {
    rmSync(fsPath(beside), { force: true });
    throw error;
  }
}

/** Makes the file unless it is there already; of several writers the first wins, and nobody sees a part. */
export function writeOnce(path: AbsolutePath, bytes: Uint8Array): void {
  const beside = temporaryName(path);
  mkdirSync(fsPath(parentOf(path)), { recursive: true });
  try {
    writeFileSync(fsPath(beside), bytes);
    linkSync(fsPath(beside), fsPath(path));
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  } finally {
    rmSync(fsPath(beside), { force: true });
  }
}

/** Runs `read`; a path that is not there gives `undefined`, any other trouble throws. */
export function orAbsent<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw error;
  }
}

/** As `orAbsent`, for a caller to whom what it may not look at is as good as not there. */
export function orUnreadable<T>(read: () => T): T | undefined {
  try {
    return orAbsent(read);
  } catch (error) {
    if (codeOf(error) === 'EACCES' || codeOf(error) === 'EPERM') return undefined;
    throw error;
  }
}

/** The codes by which the system says that nothing is at a path. */
export function isAbsence(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP' || code === 'ENAMETOOLONG';
}

/** The codes by which the system says that a file stands where a directory should, or the reverse. */
export function isWrongKind(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'ENOTDIR' || code === 'EISDIR' || code === 'EEXIST';
}

/** Removes all of it; what the system keeps from being removed stays. */
export function removeIfPossible(path: AbsolutePath): void {
  try {
    rmSync(fsPath(path), { recursive: true, force: true });
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
  }
}

export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

export function toStamp({ dev, ino, size, mtimeMs, ctimeMs, mode }: Stats): Stamp {
  return { dev, ino, size, mtimeMs, ctimeMs, mode };
}
