import type { WorkspacePath } from '../base/path.ts';
import type { FileSelection } from '../graph/task.ts';
import type { ReadyStep } from './planned.ts';

/** Raised whenever the same key could come to mean something else. */
const formatVersion = 1;

/** Everything that is known before a step runs and that its result may depend on, by name, so that a miss can say which part changed. */
export interface CacheKeyParts {
  readonly formatVersion: number;
  readonly platform: string;
  readonly architecture: string;
  readonly cwd: WorkspacePath;
  readonly program: string;
  readonly args: readonly string[];
  /** Name to keyed digest of the value, as in `env`. */
  readonly envPrefix: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
  readonly untrackedEnv: readonly string[];
  readonly input: FileSelection;
  readonly output: FileSelection;
}

/** Holds no value of the environment in clear. Only a step that is cached has a key. */
export function cacheKeyParts(ready: ReadyStep, digestValue: (value: string) => string): CacheKeyParts {
  const { caching, cwd } = ready.step;
  if (caching.kind !== 'cached') throw new Error(`no key for ${ready.step.label}, which is not cached`);
  const digestAll = (env: Readonly<Record<string, string>>): Record<string, string> =>
    Object.fromEntries(sorted(Object.keys(env)).map((name) => [name, digestValue(env[name] ?? '')]));
  return {
    formatVersion,
    platform: process.platform,
    architecture: process.arch,
    cwd,
    program: ready.programName,
    args: ready.args,
    envPrefix: digestAll(ready.envPrefix),
    env: digestAll(ready.declaredEnv),
    untrackedEnv: sorted(caching.untrackedEnv),
    input: sortedSelection(caching.input),
    output: sortedSelection(caching.output),
  };
}

/** The order in which patterns stand means nothing. */
function sortedSelection({ auto, include, exclude }: FileSelection): FileSelection {
  return { auto, include: sorted(include), exclude: sorted(exclude) };
}

function sorted(texts: readonly string[]): string[] {
  return [...texts].sort();
}
