import type { Digest } from '../base/digest.ts';
import { childOf, type WorkspacePath } from '../base/path.ts';
import type { ServedEnv } from './asked-env.ts';
import type { AskedEnv, Fingerprint, InputFile, Listing, SetVariable } from './entry.ts';
import { absent, type FileState } from './file-state.ts';
import { covering } from './ignored.ts';
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
  /** What the step is given, by keyed digest; `null`: unset. */
  readonly given: (name: string) => Digest | null;
  readonly served: Pick<ServedEnv, 'digest' | 'matching'>;
  /** Named by the globs of the task, whatever tools say of it. */
  readonly isDeclaredInput: (path: WorkspacePath) => boolean;
}

/** What differs between a stored fingerprint and now, one reason per difference. Lookup asks for the first, a miss for all. */
export function* differences(was: Fingerprint, now: Snapshot): Generator<MissReason> {
  yield* differentEnv(was, now);
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
  const isIgnored = covering(was.ignoredInputs);
  for (const listing of was.listings) yield* differentNames(listing, now, (path) => isIgnored(path) && !now.isDeclaredInput(path));
  for (const file of was.files) yield* differentFile(file, now.state(file.path));
  yield* differentDeclared(was.declared, now.declared);
}

/** A variable may count for several reasons, and is named once. */
function* differentEnv({ ambient, asked, read }: Fingerprint, now: Snapshot): Generator<MissReason> {
  const named = new Set<string>();
  const ofRead = read.map(({ name, digest }): Pair => [name, digest, now.given(name)]);
  for (const [name, before, after] of [...ambientPairs(ambient, now.ambient), ...askedPairs(asked, now.served), ...ofRead]) {
    if (before === after || named.has(name)) continue;
    named.add(name);
    yield { code: 'env-changed', name, change: changeOf(before, after) };
  }
}

type Pair = readonly [name: string, was: Digest | null, now: Digest | null];

function ambientPairs(was: Fingerprint['ambient'], now: Fingerprint['ambient']): Pair[] {
  const names = new Set([...Object.keys(was), ...Object.keys(now)]);
  return [...names].map((name) => [name, was[name] ?? null, now[name] ?? null]);
}

function askedPairs({ names, sets }: AskedEnv, now: Snapshot['served']): Pair[] {
  const single = names.map(({ name, digest }): Pair => [name, digest, now.digest(name)]);
  return [...single, ...sets.flatMap(({ pattern, values }) => setPairs(values, now.matching(pattern)))];
}

function setPairs(were: readonly SetVariable[], are: readonly SetVariable[]): Pair[] {
  // Both are sorted, and most often the same.
  if (were.length === are.length && were.every(({ name, digest }, at) => are[at]?.name === name && are[at].digest === digest)) return [];
  const [before, after] = [were, are].map((set) => new Map(set.map(({ name, digest }) => [name, digest])));
  const names = new Set([...were, ...are].map(({ name }) => name));
  return [...names].map((name) => [name, before?.get(name) ?? null, after?.get(name) ?? null]);
}

function* differentFile(was: InputFile, now: FileState): Generator<MissReason> {
  if (now.kind === 'absent') yield { code: 'input-changed', path: was.path, change: 'removed' };
  else if (now.kind !== 'file' || now.digest !== was.digest) yield { code: 'input-changed', path: was.path, change: 'modified' };
  else if (now.executable !== was.executable) yield { code: 'mode-changed', path: was.path };
}

function* differentNames(was: Listing, now: Snapshot, isIgnored: (path: WorkspacePath) => boolean): Generator<MissReason> {
  const names = now.names(was.path)?.filter((name) => !isIgnored(childOf(was.path, name.slice(1)))) ?? (was.own ? [] : undefined);
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
