import { parentOf, type AbsolutePath, type WorkspacePath } from '../base/path.ts';
import type { Reported } from '../execute/ipc/reports.ts';
import type { Trace } from '../execute/trace/trace.ts';
import type { TaskCaching } from '../graph/task.ts';
import type { ReadyStep } from '../plan/planned.ts';
import { askedEnv, nothingAsked, servedEnv } from './asked-env.ts';
import type { AskedEnv, Fingerprint } from './entry.ts';
import { ignoredPaths, ignoring, isAbove } from './ignored.ts';
import type { NotStoredReason } from './not-stored.ts';

/** What tools said of an execution, as judging takes it: the globs and names that the task declares have the last word. */
export interface Said {
  /** Nothing is to be stored, or it is not certain that all was heard. */
  readonly refusal: NotStoredReason | undefined;
  readonly asked: AskedEnv;
  readonly ignoredInputs: readonly WorkspacePath[];
  readonly ignoredOutputs: readonly WorkspacePath[];
  readonly isIgnoredInput: (path: WorkspacePath) => boolean;
  readonly isIgnoredOutput: (path: WorkspacePath) => boolean;
}

export function saidBy(reported: Reported, ready: ReadyStep, caching: TaskCaching, world: { root: AbsolutePath; salt: Uint8Array }): Said {
  if (reported.kind !== 'reported') return { ...nothingSaid, refusal: refusalOf(reported) };
  const { reports } = reported;
  const ignoredInputs = ignoredPaths(reports.ignoredInputs, world.root);
  const ignoredOutputs = ignoredPaths(reports.ignoredOutputs, world.root);
  return {
    refusal: refusalOf(reported),
    asked: askedEnv(reports, servedEnv(ready, world.salt)),
    ignoredInputs,
    ignoredOutputs,
    isIgnoredInput: ignoring(ignoredInputs, caching.input),
    isIgnoredOutput: ignoring(ignoredOutputs, caching.output),
  };
}

function refusalOf(reported: Reported): NotStoredReason | undefined {
  switch (reported.kind) {
    case 'off':
      return undefined;
    case 'unavailable':
      return { code: 'communication-failed', detail: reported.why };
    case 'reported': {
      const { cacheDisabled, trouble } = reported.reports;
      if (cacheDisabled) return { code: 'cache-disabled' };
      return trouble === undefined ? undefined : { code: 'communication-failed', detail: trouble };
    }
  }
}

const nothingSaid: Said = {
  refusal: undefined,
  asked: nothingAsked,
  ignoredInputs: [],
  ignoredOutputs: [],
  isIgnoredInput: () => false,
  isIgnoredOutput: () => false,
};

/**
 * The ignored inputs that a lookup has to know of: those whose names can come up in a directory that was listed, and
 * those that the execution touched. Others would only tell equal executions apart.
 */
export function inputsThatMatter(
  { ignoredInputs }: Said,
  { paths, crossedLinks }: Trace,
  listings: Fingerprint['listings'],
): WorkspacePath[] {
  if (ignoredInputs.length === 0) return [];
  const listed = new Set(listings.map(({ path }) => path));
  const touched = new Set<WorkspacePath>();
  for (const path of [...paths.keys(), ...crossedLinks]) {
    for (let at = path; !touched.has(at) && !isAbove(at); at = parentOf(at)) touched.add(at);
  }
  return ignoredInputs.filter((path) => isAbove(path) || touched.has(path) || listed.has(parentOf(path)));
}

/** What a restore may come upon: nothing outside the workspace. */
export function outputsThatMatter({ ignoredOutputs }: Said): WorkspacePath[] {
  return ignoredOutputs.filter((path) => isAbove(path) || !path.startsWith('../'));
}
