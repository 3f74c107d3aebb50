import type { AbsolutePath, WorkspacePath } from '../../../src/base/path.ts';
import { classify } from '../../../src/cache/classify.ts';
import type { Classified, Evidence } from '../../../src/cache/evidence.ts';
import { absent, type FileState } from '../../../src/cache/file-state.ts';
import { leftState } from '../../../src/cache/ownership.ts';
import { covering } from '../../../src/cache/ignored.ts';
import type { OwnPath } from '../../../src/cache/task-view.ts';
import type { ListedName } from '../../../src/execute/trace/raw-trace.ts';
import type { PathHistory, Trace } from '../../../src/execute/trace/trace.ts';
import { path, sampleStep } from './sample.ts';

/** What one path went through, and how it stands in the end. */
export interface Story extends Partial<PathHistory> {
  readonly now?: FileState;
}

export interface Scene {
  readonly paths: Readonly<Record<string, Story>>;
  readonly own?: Readonly<Record<string, OwnPath>>;
  readonly leftOver?: readonly string[];
  readonly trace?: Partial<Trace>;
  readonly namesNow?: readonly ListedName[];
  readonly isIgnored?: boolean;
  /** What tools said to mean nothing, with all below it. */
  readonly ignoredInputs?: readonly string[];
  readonly ignoredOutputs?: readonly string[];
  readonly over?: Partial<Evidence>;
}

/** What a step with index 1 is found to have done. */
export function classified(scene: Scene): Classified {
  const { paths, own = {}, leftOver = [], trace, namesNow, isIgnored = false, over } = scene;
  const [isIgnoredInput, isIgnoredOutput] = [scene.ignoredInputs, scene.ignoredOutputs].map((names = []) => covering(names.map(path)));
  const stories = Object.entries(paths) as [WorkspacePath, Story][];
  const owned = new Map(Object.entries(own) as [WorkspacePath, OwnPath][]);
  const states = new Map([...owned].map(([at, { state }]) => [at, state]));
  for (const [at, { now = absent }] of stories) states.set(at, now);
  const step = sampleStep(1);
  return classify({
    trace: { ...noTrace, paths: new Map(stories.map(([at, story]) => [at, { ...untouched, ...story }])), ...trace },
    owner: step.owner,
    index: step.index,
    ownBefore: owned,
    wasLeftOver: (at) => (owned.get(at)?.index ?? -1) >= step.index || leftOver.includes(at),
    restsOnUnseen: false,
    vanished: new Set(),
    lastOutputs: undefined,
    now: (at) => states.get(at) ?? absent,
    namesNow: () => namesNow,
    moved: new Set(),
    isGitIgnored: () => isIgnored,
    knownDigest: () => undefined,
    changedOutside: () => true,
    isFreeOutside: () => false,
    isExcludedInput: isIgnoredInput!,
    isIgnoredInput: isIgnoredInput!,
    isIgnoredOutput: isIgnoredOutput!,
    ...over,
  });
}

/** A path that the step `index` of the task owns and that stands as `state`. */
export function ownBy(index: number, state: FileState, over: Partial<OwnPath> = {}): OwnPath {
  const { owner, task } = sampleStep(index);
  const left = leftState(state);
  if (left === undefined) throw new Error('nothing stands there');
  return { owner, task, index, left, made: true, state, ...over };
}

export function outside(at: string): AbsolutePath {
  return at as AbsolutePath;
}

export function paths(...names: readonly string[]): ReadonlySet<WorkspacePath> {
  return new Set(names.map(path));
}

const untouched: PathHistory = {
  before: undefined,
  looked: false,
  statOnly: false,
  names: undefined,
  changed: false,
  keptBytes: false,
  removed: false,
  restamped: false,
  contradicted: false,
};

const noTrace: Trace = {
  paths: new Map(),
  crossedLinks: new Set(),
  programs: new Map(),
  writtenOutside: new Map(),
  movedTrees: [],
  network: [],
  variables: [],
};
