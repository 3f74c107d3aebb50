import { keyedDigest, type Digest } from '../base/digest.ts';
import { namePatternMatcher } from '../base/name-pattern.ts';
import type { AbsolutePath } from '../base/path.ts';
import type { Execution } from '../execute/execution.ts';
import type { Reported } from '../execute/ipc/reports.ts';
import type { Trace } from '../execute/trace/trace.ts';
import { nameMatcher } from '../plan/env.ts';
import { quietNames, settledNames } from '../plan/env-tables.ts';
import type { ReadyStep } from '../plan/planned.ts';
import type { Fingerprint } from './entry.ts';

/**
 * The variables that programs of an execution asked for by name and that are passed without being asked, by keyed digest of
 * what the step was given. What is in the key already, what always counts and what is declared untracked are not among them.
 */
export function readEnv({ variables }: Trace, ready: ReadyStep, salt: Uint8Array): Fingerprint['read'] {
  const given = givenEnv(ready, salt);
  const isUntracked = nameMatcher(ready.step.caching.kind === 'cached' ? ready.step.caching.untrackedEnv : []);
  const counts = (name: string): boolean =>
    isSettled(name) && !isUntracked(name) && !Object.hasOwn(ready.declaredEnv, name) && !Object.hasOwn(ready.envPrefix, name);
  const names = new Set(variables.map(({ name }) => name).filter(counts));
  return [...names].sort().map((name) => ({ name, digest: given(name) }));
}

/** What a step is given, by keyed digest; `null`: unset. */
export function givenEnv({ env }: ReadyStep, salt: Uint8Array): (name: string) => Digest | null {
  return (name) => (Object.hasOwn(env, name) ? keyedDigest(salt, env[name] ?? '') : null);
}

/** A variable that is set for the runner, and that a program asked for without being given it. */
export interface HiddenVariable {
  readonly name: string;
  readonly program: AbsolutePath;
}

/**
 * Sorted by name. Left out are those that a tool got from the runner itself, those that `env` or `untrackedEnv` excludes with
 * `!`, so that somebody knows of them, and those that mean nothing.
 */
export function hiddenEnv({ traced, reported }: Pick<Execution, 'traced' | 'reported'>, ready: ReadyStep): HiddenVariable[] {
  const { caching } = ready.step;
  if (caching.kind === 'uncached' || traced.kind !== 'traced') return [];
  const excluded = [...caching.env, ...caching.untrackedEnv].filter((pattern) => pattern.startsWith('!'));
  const isExcluded = nameMatcher(excluded.map((pattern) => pattern.slice(1)));
  const isServed = servedMatcher(reported);
  const isHidden = (name: string): boolean => Object.hasOwn(ready.servedEnv, name) && !Object.hasOwn(ready.env, name);
  const isWorthAWord = (name: string): boolean => isHidden(name) && !isQuiet(name) && !isExcluded(name) && !isServed(name);
  const programs = new Map<string, AbsolutePath>();
  for (const { name, program, isSet } of traced.raw.variables) {
    if (!isSet && !programs.has(name) && isWorthAWord(name)) programs.set(name, program);
  }
  return [...programs].map(([name, program]) => ({ name, program })).sort((a, b) => (a.name < b.name ? -1 : 1));
}

function servedMatcher(reported: Reported): (name: string) => boolean {
  if (reported.kind !== 'reported') return () => false;
  const names = new Set(reported.reports.trackedNames);
  const fits = reported.reports.trackedPatterns.map(namePatternMatcher);
  return (name) => names.has(name) || fits.some((one) => one(name));
}

const isSettled = nameMatcher(settledNames);
const isQuiet = nameMatcher(quietNames);
