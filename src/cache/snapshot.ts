import { keyedDigest } from '../base/digest.ts';
import { realPath } from '../base/files.ts';
import { childOf, joinPath, toWorkspacePath, type AbsolutePath, type WorkspacePath } from '../base/path.ts';
import { expand, isDeclared, matches } from '../plan/declared-files.ts';
import type { PlannedStep, ReadyStep } from '../plan/planned.ts';
import { servedEnv } from './asked-env.ts';
import type { Snapshot } from './differences.ts';
import type { Fingerprint, InputFile } from './entry.ts';
import { absent, type FileState } from './file-state.ts';
import type { Programs } from './programs.ts';
import { givenEnv } from './read-env.ts';
import type { TaskView } from './task-view.ts';
import { isToolState } from './tool-state.ts';

/** Reads everything that the fingerprints speak of, so that comparing them needs no disk. */
export async function takeSnapshot(
  ready: ReadyStep,
  fingerprints: readonly Fingerprint[],
  world: { readonly view: TaskView; readonly programs: Programs; readonly salt: Uint8Array },
): Promise<Snapshot> {
  const { view, programs, salt } = world;
  const { caching, index } = ready.step;
  const known = await view.read(fingerprints.flatMap(pathsOf));
  const names = fingerprints.flatMap((fingerprint) => fingerprint.programs.map(({ name }) => name));
  const digests = await programs.digests(ready, names, (path) => view.plannedProgram(path));
  const declared = await declaredInputs(ready, view);
  return {
    state: (path): FileState => known.get(path) ?? absent,
    isLeftOver: (path) => view.isLeftOver(path, index),
    names: (directory) => countedNames(view, directory, ready.step),
    holds: (directory, name) => view.names(directory)?.some((entry) => entry.kind + entry.name === name) === true,
    declared,
    program: (name) => digests.get(name),
    ambient: ambientDigests(ready, salt),
    given: givenEnv(ready, salt),
    served: servedEnv(ready, salt),
    isDeclaredInput: (path) => caching.kind === 'cached' && isDeclared(caching.input, path),
  };
}

/** The names of a directory that count for a step: without what its task left over, tool state and what the user excludes. */
function countedNames(view: TaskView, directory: WorkspacePath, { caching, index }: PlannedStep): string[] | undefined {
  const isExcluded = (path: WorkspacePath) => caching.kind === 'cached' && caching.input.auto && !matches(caching.input, path);
  return view
    .names(directory)
    ?.filter(({ name }) => {
      const path = childOf(directory, name);
      return !isToolState(path) && !isExcluded(path) && !view.isLeftOver(path, index);
    })
    .map(({ name, kind }) => kind + name)
    .sort();
}

/** The files that the declared input globs match now; `undefined` without such globs. */
export async function declaredInputs(ready: ReadyStep, view: TaskView): Promise<readonly InputFile[] | undefined> {
  const { caching, index } = ready.step;
  if (caching.kind !== 'cached' || (caching.input.auto && caching.input.include.length === 0)) return undefined;
  const paths = (await expand(view.root, caching.input)).filter((path) => !view.isLeftOver(path, index) && !isToolState(path));
  const states = await view.read(paths);
  const behind = await behindLinks(
    paths.filter((path) => states.get(path)?.kind === 'link'),
    view,
  );
  return paths.flatMap((path) => {
    const state = states.get(path);
    if (state?.kind === 'link') return [{ path, ...linkContent(state.target, behind.get(path)) }];
    return state?.kind === 'file' ? [{ path, digest: state.digest, executable: state.executable }] : [];
  });
}

/** What links lead to. */
async function behindLinks(links: readonly WorkspacePath[], view: TaskView): Promise<Map<WorkspacePath, FileState | undefined>> {
  const places = new Map(links.map((path) => [path, realPath(joinPath(view.root, path))]));
  const inWorkspace = (real: AbsolutePath | undefined) => (real === undefined ? [] : [toWorkspacePath(view.root, real)]);
  const states = await view.read([...places.values()].flatMap(inWorkspace));
  return new Map([...places].map(([path, real]) => [path, inWorkspace(real).map((place) => states.get(place))[0]]));
}

/** A link counts by its target and by the file behind it. */
function linkContent(target: string, behind: FileState | undefined): Pick<InputFile, 'digest' | 'executable'> {
  const isFile = behind?.kind === 'file';
  const content = `${target}\0${isFile ? behind.digest : (behind?.kind ?? 'absent')}`;
  return { digest: keyedDigest(new Uint8Array(), content), executable: isFile && behind.executable };
}

export function ambientDigests({ ambientEnv }: ReadyStep, salt: Uint8Array): Fingerprint['ambient'] {
  const known = knownDigests.get(ambientEnv);
  if (known?.salt === salt) return known.digests;
  const digests = Object.fromEntries(
    Object.entries(ambientEnv)
      .filter((pair): pair is [string, string] => pair[1] !== undefined)
      .map(([name, value]) => [name, keyedDigest(salt, value)]),
  );
  knownDigests.set(ambientEnv, { salt, digests });
  return digests;
}

/** Most steps share one environment. */
const knownDigests = new WeakMap<ReadyStep['ambientEnv'], { readonly salt: Uint8Array; readonly digests: Fingerprint['ambient'] }>();

function pathsOf(fingerprint: Fingerprint): WorkspacePath[] {
  return [
    ...fingerprint.absences,
    ...fingerprint.directories,
    ...fingerprint.links.map(({ path }) => path),
    ...fingerprint.listings.map(({ path }) => path),
    ...fingerprint.files.map(({ path }) => path),
  ];
}
