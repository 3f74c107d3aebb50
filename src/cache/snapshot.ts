import { realpathSync } from 'node:fs';
import { keyedDigest, type Digest } from '../base/digest.ts';
import { orAbsent } from '../base/files.ts';
import { decodePath, fsPath, toWorkspacePath, type AbsolutePath, type WorkspacePath } from '../base/path.ts';
import { expand } from '../plan/declared-files.ts';
import type { ReadyStep } from '../plan/planned.ts';
import { findProgram } from '../plan/ready.ts';
import type { Snapshot } from './differences.ts';
import type { Fingerprint, InputFile } from './entry.ts';
import { absent, type FileState } from './file-state.ts';
import type { FileStates } from './file-states.ts';
import type { TaskView } from './task-view.ts';
import { isToolState } from './tool-state.ts';

/** Reads everything that the fingerprints speak of, so that comparing them needs no disk. */
export async function takeSnapshot(
  ready: ReadyStep,
  fingerprints: readonly Fingerprint[],
  world: { readonly view: TaskView; readonly states: FileStates; readonly salt: Uint8Array },
): Promise<Snapshot> {
  const { view, states, salt } = world;
  const { index } = ready.step;
  const known = await view.read(fingerprints.flatMap(pathsOf));
  const programs = await programDigests(
    ready,
    fingerprints.flatMap((fingerprint) => fingerprint.programs.map(({ name }) => name)),
    states,
  );
  const declared = await declaredInputs(ready, view);
  return {
    state: (path): FileState => known.get(path) ?? absent,
    isLeftOver: (path) => view.isLeftOver(path, index),
    names: (directory) => countedNames(view, directory, index),
    declared,
    program: (name) => programs.get(name),
    ambient: ambientDigests(ready, salt),
  };
}

/** The names of a directory that count for step `index`: without what its task left over and without tool state. */
function countedNames(view: TaskView, directory: WorkspacePath, index: number): string[] | undefined {
  return view
    .names(directory)
    ?.filter(({ name }) => {
      const path = childOf(directory, name);
      return !isToolState(path) && !view.isLeftOver(path, index);
    })
    .map(({ name, kind }) => kind + name)
    .sort();
}

export function childOf(directory: WorkspacePath, name: string): WorkspacePath {
  return (directory === '' ? name : `${directory}/${name}`) as WorkspacePath;
}

/** The files that the declared input globs match now; `undefined` without such globs. */
export async function declaredInputs(ready: ReadyStep, view: TaskView): Promise<readonly InputFile[] | undefined> {
  const { caching, index } = ready.step;
  if (caching.kind !== 'cached' || (caching.input.auto && caching.input.include.length === 0)) return undefined;
  const paths = expand(view.root, caching.input).filter((path) => !view.isLeftOver(path, index) && !isToolState(path));
  const states = await view.read(paths);
  return paths.flatMap((path) => {
    const state = states.get(path);
    return state?.kind === 'file' ? [{ path, digest: state.digest, executable: state.executable }] : [];
  });
}

export function ambientDigests(ready: ReadyStep, salt: Uint8Array): Record<string, Digest | null> {
  return Object.fromEntries(
    Object.entries(ready.ambientEnv)
      .filter((pair): pair is [string, string] => pair[1] !== undefined)
      .map(([name, value]) => [name, keyedDigest(salt, value)]),
  );
}

/** Content digests of programs: a name is searched in the step's PATH, links are followed. */
export async function programDigests(ready: ReadyStep, names: Iterable<string>, states: FileStates): Promise<Map<string, Digest>> {
  const places = new Map<string, WorkspacePath>();
  for (const name of new Set(names)) {
    const found = name.startsWith('/') ? (name as AbsolutePath) : findProgram(name, { cwd: ready.cwd, path: ready.env['PATH'] ?? '' });
    const real = found && realPath(found);
    if (real) places.set(name, toWorkspacePath(states.root, real));
  }
  const known = await states.read(places.values());
  const digests = new Map<string, Digest>();
  for (const [name, place] of places) {
    const state = known.get(place);
    if (state?.kind === 'file') digests.set(name, state.digest);
  }
  return digests;
}

export function realPath(path: AbsolutePath): AbsolutePath | undefined {
  return orAbsent(() => decodePath(realpathSync.native(fsPath(path), { encoding: 'buffer' })) as AbsolutePath);
}

function pathsOf(fingerprint: Fingerprint): WorkspacePath[] {
  return [
    ...fingerprint.absences,
    ...fingerprint.directories,
    ...fingerprint.links.map(({ path }) => path),
    ...fingerprint.listings.map(({ path }) => path),
    ...fingerprint.files.map(({ path }) => path),
  ];
}
