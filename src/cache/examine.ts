import { existsSync } from 'node:fs';
import { fsPath, joinPath, toWorkspacePath, type AbsolutePath, type WorkspacePath } from '../base/path.ts';
import type { Digest } from '../base/digest.ts';
import { listDirectory, stampOf, type Stamp } from '../base/files.ts';
import type { Trace } from '../execute/trace/trace.ts';
import { expand, matches } from '../plan/declared-files.ts';
import type { FileSelection } from '../graph/task.ts';
import type { ReadyStep } from '../plan/planned.ts';
import type { Cache } from './cache.ts';
import { classify } from './classify.ts';
import type { InputFile } from './entry.ts';
import type { Classified, Evidence } from './evidence.ts';
import { absent, type FileState } from './file-state.ts';
import type { FileStates } from './file-states.ts';
import { freePlaces } from './free-places.ts';
import type { GitView } from './ports.ts';
import type { OwnPath, TaskView } from './task-view.ts';
import { declaredInputs } from './snapshot.ts';

/** What must be known from before a step is executed in order to judge it afterwards. */
export interface Before {
  readonly own: ReadonlyMap<WorkspacePath, OwnPath>;
  /** As `Evidence.vanished`. */
  readonly vanished: ReadonlySet<WorkspacePath>;
  readonly wasLeftOver: (path: WorkspacePath) => boolean;
  /** The stamps of the declared inputs, and the paths that the declared output globs matched. */
  readonly declaredStamps: ReadonlyMap<WorkspacePath, Stamp | undefined>;
  readonly declaredOutputs: ReadonlySet<WorkspacePath>;
  /** The inputs of the step's last execution; `undefined`: not known. */
  readonly lastInputs: readonly InputFile[] | undefined;
  /** The outputs of the step's last execution; `undefined`: not known. */
  readonly lastOutputs: ReadonlySet<WorkspacePath> | undefined;
  /** Declared inputs are fingerprinted before the run, so that an edit during it is a miss afterwards. */
  readonly declared: readonly InputFile[] | undefined;
}

export async function takeBefore(ready: ReadyStep, view: TaskView, { ledger, store }: Pick<Cache, 'ledger' | 'store'>): Promise<Before> {
  const { step } = ready;
  const last = ledger.lastEntry(step.owner);
  const lastEntry = last && !last.isOld ? await store.entry(last.key, last.id) : undefined;
  const declared = await declaredInputs(ready, view);
  const { caching } = step;
  return {
    own: new Map(view.own),
    vanished: new Set(
      [...ledger.ofTask(step.task)].filter(([path, { owner }]) => owner === step.owner && !view.own.has(path)).map(([path]) => path),
    ),
    wasLeftOver: view.freezeLeftOvers(step.index),
    lastInputs: lastEntry?.fingerprint.files,
    lastOutputs: lastEntry && new Set(lastEntry.outputs.map(({ path }) => path)),
    declared,
    declaredStamps: new Map(declared?.map(({ path }) => [path, stampOf(joinPath(view.root, path))])),
    declaredOutputs: new Set(caching.kind === 'cached' && !caching.output.auto ? await expand(view.root, caching.output) : []),
  };
}

export interface Examined extends Classified {
  /** The state after the step of every path that the trace names, and of the task's own. */
  readonly now: ReadonlyMap<string, FileState>;
}

interface Surroundings extends Pick<Evidence, 'isIgnoredInput' | 'isIgnoredOutput'> {
  readonly before: Before;
  readonly states: FileStates;
  readonly git: GitView;
}

/** Reads what the trace speaks of, as it stands after the step, and classifies it. */
export async function examine(
  ready: ReadyStep,
  selection: FileSelection,
  trace: Trace,
  { before, states, git, isIgnoredInput, isIgnoredOutput }: Surroundings,
): Promise<Examined> {
  const moved = new Set(trace.movedTrees.flatMap(({ to }) => everythingBelow(states.root, to)));
  const known = knownDigests(trace, states);
  const now = await states.read([...trace.paths.keys(), ...trace.crossedLinks, ...moved, ...before.own.keys(), ...before.vanished]);
  const isFree = freePlaces(ready.env);
  const classified = classify({
    trace,
    owner: ready.step.owner,
    index: ready.step.index,
    ownBefore: before.own,
    vanished: before.vanished,
    wasLeftOver: before.wasLeftOver,
    restsOnUnseen: restsOnUnseen(before, trace, states.root),
    lastOutputs: before.lastOutputs,
    now: (path) => now.get(path) ?? absent,
    namesNow: (directory) => listDirectory(joinPath(states.root, directory)),
    moved,
    isGitIgnored: (path) => git.isIgnored(path),
    knownDigest: (path) => known.get(path),
    changedOutside: (path, was) => {
      const stamp = stampOf(path);
      return was === undefined ? stamp !== undefined : stamp === undefined || stamp.ctimeMs !== was.ctimeMs || stamp.ino !== was.ino;
    },
    isFreeOutside: (path) => isFree(path) || isIgnoredOutput(toWorkspacePath(states.root, path)),
    isExcludedInput: (path) => !matches(selection, path) || isIgnoredInput(path),
    isIgnoredInput,
    isIgnoredOutput,
  });
  return { ...classified, now };
}

function restsOnUnseen({ own, lastInputs }: Before, trace: Trace, root: AbsolutePath): boolean {
  if (own.size === 0 || lastInputs === undefined) return true;
  return lastInputs.some(({ path }) => !trace.paths.has(path) && existsSync(fsPath(joinPath(root, path))));
}

/** The digests before the step of the paths that it changed. Asked before they are read anew. */
function knownDigests(trace: Trace, { index }: FileStates): ReadonlyMap<string, Digest> {
  const known = new Map<string, Digest>();
  for (const [path, { before, changed, removed }] of trace.paths) {
    const digest = (changed || removed) && before ? index.digest(path, before) : undefined;
    if (digest) known.set(path, digest);
  }
  return known;
}

function everythingBelow(root: AbsolutePath, directory: WorkspacePath): WorkspacePath[] {
  const found: WorkspacePath[] = [];
  for (const { name, kind } of listDirectory(joinPath(root, directory)) ?? []) {
    const path = `${directory}/${name}` as WorkspacePath;
    found.push(path);
    if (kind === 'd') found.push(...everythingBelow(root, path));
  }
  return found;
}
