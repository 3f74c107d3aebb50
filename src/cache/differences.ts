import type { Digest } from '../base/digest.ts';
import type { WorkspacePath } from '../base/path.ts';
import type { Fingerprint, InputFile, Listing } from './entry.ts';
import { absent, type FileState } from './file-state.ts';
import type { Change, MissReason } from './miss-reason.ts';

/** The world as a step would find it now. Answers from memory. */
export interface Snapshot {
  readonly state: (path: WorkspacePath) => FileState;
  /** Left over from an earlier run of the step or of a later one of its task: counts as not there. */
  readonly isLeftOver: (path: WorkspacePath) => boolean;
  /** As `Listing.names`; `undefined` where no directory is. */
  readonly names: (directory: WorkspacePath) => readonly string[] | undefined;
  /** Whether the directory has this kind and name, whoever's it is. */
  readonly holds: (directory: WorkspacePath, name: string) => boolean;
  /** What the declared input globs match; `undefined` without such globs. */
  readonly declared: readonly InputFile[] | undefined;
  readonly program: (name: string) => Digest | undefined;
  readonly ambient: Readonly<Record<string, Digest | null>>;
}

/** What differs between a stored fingerprint and now, one reason per difference. Lookup asks for the first, a miss for all. */
export function* differences(was: Fingerprint, now: Snapshot): Generator<MissReason> {
  yield* differentEnv(was.ambient, now.ambient);
  for (const { name, digest } of was.programs) {
    if (now.program(name) !== digest) yield { code: 'tool-changed', name };
  }
  for (const path of was.absences) {
    if (now.state(path).kind !== 'absent' && !now.isLeftOver(path)) yield { code: 'input-changed', path, change: 'added' };
  }
  for (const { path, target } of was.links) {
    const state = now.state(path);
    if (state.kind === 'link' && state.target === target) continue;
    yield state.kind === 'absent' ? { code: 'input-changed', path, change: 'removed' } : { code: 'link-changed', path };
  }
  for (const path of was.directories) {
    const { kind } = now.state(path);
    if (kind !== 'directory') yield { code: 'input-changed', path, change: kind === 'absent' ? 'removed' : 'modified' };
  }
  for (const listing of was.listings) yield* differentNames(listing, now);
  for (const file of was.files) yield* differentFile(file, now.state(file.path));
  yield* differentDeclared(was.declared, now.declared);
}

function* differentEnv(was: Fingerprint['ambient'], now: Fingerprint['ambient']): Generator<MissReason> {
  for (const name of new Set([...Object.keys(was), ...Object.keys(now)])) {
    const before = was[name] ?? null;
    const after = now[name] ?? null;
    if (before !== after) yield { code: 'env-changed', name, change: changeOf(before, after) };
  }
}

function* differentFile(was: InputFile, now: FileState): Generator<MissReason> {
  if (now.kind === 'absent') yield { code: 'input-changed', path: was.path, change: 'removed' };
  else if (now.kind !== 'file' || now.digest !== was.digest) yield { code: 'input-changed', path: was.path, change: 'modified' };
  else if (now.executable !== was.executable) yield { code: 'mode-changed', path: was.path };
}

function* differentNames(was: Listing, now: Snapshot): Generator<MissReason> {
  const names = now.names(was.path) ?? (was.own ? [] : undefined);
  if (names === undefined) {
    const change: Change = now.state(was.path).kind === 'absent' ? 'removed' : 'modified';
    yield { code: 'input-changed', path: was.path, change };
    return;
  }
  const before = new Set(was.names);
  const after = new Set(names);
  for (const name of after) if (!before.has(name)) yield { code: 'listing-changed', path: was.path, name: name.slice(1), change: 'added' };
  for (const name of before)
    if (!after.has(name) && !now.holds(was.path, name))
      yield { code: 'listing-changed', path: was.path, name: name.slice(1), change: 'removed' };
}

function* differentDeclared(was: readonly InputFile[] | undefined, now: readonly InputFile[] | undefined): Generator<MissReason> {
  const after = new Map(now?.map((file) => [file.path, file]));
  for (const file of was ?? []) {
    const { path } = file;
    const match = after.get(path);
    after.delete(path);
    yield* differentFile(file, match ? { kind: 'file', digest: match.digest, executable: match.executable, mode: 0, size: 0 } : absent);
  }
  for (const path of after.keys()) yield { code: 'input-changed', path, change: 'added' };
}

function changeOf(was: Digest | null, now: Digest | null): Change {
  if (was === null) return 'added';
  return now === null ? 'removed' : 'modified';
}
