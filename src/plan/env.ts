import { joinPath, type AbsolutePath, type WorkspacePath } from '../base/path.ts';
import { ambientNames, passedNames } from './env-tables.ts';
import { expandAssignment } from './expand.ts';
import type { NestedRun, ReadyStep, StepCaching } from './planned.ts';

type Environment = Readonly<Record<string, string>>;

export interface EnvRequest {
  /** The runner's own. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly caching: StepCaching;
  readonly root: AbsolutePath;
  /** The package's directory. */
  readonly directory: WorkspacePath;
  readonly cwd: AbsolutePath;
}

/**
 * What a step sees before its own assignments, and what of it counts. A cached step sees the names of our tables and what its task
 * lists, any other step everything. Both find the programs of the package and of the root first.
 */
export function makeEnvironment({ env, caching, root, directory, cwd }: EnvRequest): Pick<ReadyStep, 'env' | 'declaredEnv' | 'ambientEnv'> {
  const shared = sharedBySteps(env, caching);
  const ours = { PATH: taskPath({ path: env['PATH'], root, directory }), PWD: cwd, REPRISE_RUN: '1' };
  return { ...shared, env: { ...shared.env, ...ours } };
}

type Shared = Pick<ReadyStep, 'env' | 'declaredEnv' | 'ambientEnv'>;

/** Of each environment that cannot change, by what steps list: most list the same. */
const known = new WeakMap<EnvRequest['env'], Map<string, Shared>>();

function sharedBySteps(env: EnvRequest['env'], caching: StepCaching): Shared {
  if (!Object.isFrozen(env)) return select(definedIn(env), caching);
  const listed = caching.kind === 'uncached' ? '' : JSON.stringify([caching.env, caching.untrackedEnv]);
  const ofEnv = known.get(env) ?? new Map<string, Shared>();
  const shared = ofEnv.get(listed) ?? select(definedIn(env), caching);
  known.set(env, ofEnv.set(listed, shared));
  return shared;
}

function select(all: Environment, caching: StepCaching): Shared {
  if (caching.kind === 'uncached') return { env: all, declaredEnv: {}, ambientEnv: {} };
  const isDeclared = nameMatcher(caching.env);
  const isUntracked = nameMatcher(caching.untrackedEnv);
  const isListed = (name: string): boolean => isDeclared(name) || isUntracked(name);
  const forced = Object.entries({ FORCE_COLOR: '1', GIT_OPTIONAL_LOCKS: '0' }).filter(([name]) => !isListed(name));
  const ambient = [...new Set([...ambientNames.filter((name) => !name.includes('*')), ...Object.keys(all).filter(isAmbient)])];
  return {
    env: { ...pick(all, (name) => isPassed(name) || isAmbient(name) || isListed(name)), ...Object.fromEntries(forced) },
    declaredEnv: pick(all, isDeclared),
    ambientEnv: Object.fromEntries(ambient.filter((name) => !isListed(name)).map((name) => [name, all[name]])),
  };
}

/** What tools are told that ask the runner. Steps that assign nothing share it. */
export function servedEnvironment(env: EnvRequest['env'], envPrefix: ReadyStep['envPrefix']): Environment {
  const all = definedOnce(env);
  return Object.keys(envPrefix).length === 0 ? all : { ...all, ...envPrefix };
}

function definedOnce(env: EnvRequest['env']): Environment {
  if (!Object.isFrozen(env)) return definedIn(env);
  const defined = knownDefined.get(env) ?? definedIn(env);
  knownDefined.set(env, defined);
  return defined;
}

const knownDefined = new WeakMap<EnvRequest['env'], Environment>();

/** The runner's environment as a run inside a task finds it: with the assignments before that run. */
export function environmentInside({ envPrefix }: NestedRun, env: EnvRequest['env']): Environment {
  const inside = definedIn(env);
  for (const [name, value] of envPrefix) inside[name] = expandAssignment(value, inside);
  return Object.freeze(inside);
}

function definedIn(env: EnvRequest['env']): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

const isPassed = nameMatcher(passedNames);
const isAmbient = nameMatcher(ambientNames);

/** Whether a name fits one of the patterns and none of those that begin with `!`, in any order. */
export function nameMatcher(patterns: readonly string[]): (name: string) => boolean {
  const included = anyOf(patterns.filter((pattern) => !pattern.startsWith('!')));
  const excluded = anyOf(patterns.filter((pattern) => pattern.startsWith('!')).map((pattern) => pattern.slice(1)));
  return (name) => included.test(name) && !excluded.test(name);
}

/** Of no patterns, what no name fits. */
function anyOf(patterns: readonly string[]): RegExp {
  const sources = patterns.map((pattern) => pattern.replace(/[\\^$.+?()[\]{}|]/g, '\\$&').replaceAll('*', '.*'));
  return new RegExp(`^(?:${sources.join('|') || '(?!)'})$`, 's');
}

function pick(env: Environment, isWanted: (name: string) => boolean): Environment {
  return Object.fromEntries(Object.entries(env).filter(([name]) => isWanted(name)));
}

interface PathRequest {
  readonly path: string | undefined;
  readonly root: AbsolutePath;
  readonly directory: WorkspacePath;
}

function taskPath({ path, root, directory }: PathRequest): string {
  const packages = [...new Set([joinPath(root, directory), root])].map((one) => `${one}/node_modules/.bin`);
  return [...packages, ...(path === undefined || path === '' ? [] : [path])].join(':');
}
