import { keyedDigest, type Digest } from '../base/digest.ts';
import { namePatternMatcher, type NamePattern } from '../base/name-pattern.ts';
import type { Reports } from '../execute/ipc/reports.ts';
import { nameMatcher } from '../plan/env.ts';
import { processNames } from '../plan/env-tables.ts';
import type { ReadyStep } from '../plan/planned.ts';
import type { AskedEnv, SetVariable } from './entry.ts';

/** The variables that tools of a step are told of when they ask, by keyed digest. Answers from memory. */
export interface ServedEnv {
  /** `null`: unset. */
  readonly digest: (name: string) => Digest | null;
  /** Those that fit, sorted by name, and that count. */
  readonly matching: (pattern: NamePattern) => readonly SetVariable[];
  /**
   * Not: what the task declares as untracked, what is in its key already, and what each process is given anew. A lookup
   * leaves out the same: the names that are declared with a value and the untracked patterns are part of the key.
   */
  readonly counts: (name: string) => boolean;
}

export function servedEnv({ servedEnv: env, declaredEnv, step: { caching } }: ReadyStep, salt: Uint8Array): ServedEnv {
  const digests = digestsOf(env, salt);
  const isUntracked = caching.kind === 'cached' ? untrackedMatcher(caching.untrackedEnv) : () => true;
  // A name that is declared and unset is not in the key.
  const isFree = (name: string): boolean => !Object.hasOwn(declaredEnv, name) && !isUntracked(name);
  return {
    digest: digests.one,
    matching: (pattern) => digests.matching(pattern).filter(({ name }) => isFree(name)),
    counts: (name) => !isOfProcess(name) && isFree(name),
  };
}

/** What the tools of an execution asked for, as they were told. Equal questions make equal lists, in whatever order they came. */
export function askedEnv({ trackedNames, trackedPatterns }: Reports, served: ServedEnv): AskedEnv {
  const names = [...new Set(trackedNames)].filter(served.counts).sort();
  const patterns = new Map(trackedPatterns.map((pattern) => [textOf(pattern), pattern]));
  const sorted = [...patterns].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    names: names.map((name) => ({ name, digest: served.digest(name) })),
    sets: sorted.map(([, pattern]) => ({ pattern, values: served.matching(pattern) })),
  };
}

export const nothingAsked: AskedEnv = { names: [], sets: [] };

const isOfProcess = nameMatcher(processNames);

function untrackedMatcher(patterns: readonly string[]): (name: string) => boolean {
  if (patterns.length === 0) return () => false;
  const known = knownMatchers.get(patterns) ?? nameMatcher(patterns);
  knownMatchers.set(patterns, known);
  return known;
}

const knownMatchers = new WeakMap<readonly string[], (name: string) => boolean>();

interface Digests {
  readonly one: (name: string) => Digest | null;
  /** But for what each process is given anew. */
  readonly matching: (pattern: NamePattern) => readonly SetVariable[];
}

/** Most steps are served from one environment, and ask for the same. */
const knownDigests = new WeakMap<ReadyStep['servedEnv'], { readonly salt: Uint8Array; readonly digests: Digests }>();

function digestsOf(env: ReadyStep['servedEnv'], salt: Uint8Array): Digests {
  const known = knownDigests.get(env);
  if (known?.salt === salt) return known.digests;
  const one = memoised((name: string) => {
    const value = Object.hasOwn(env, name) ? env[name] : undefined;
    return value === undefined ? null : keyedDigest(salt, value);
  });
  const fitting = memoised((text: string): readonly SetVariable[] => {
    const fits = namePatternMatcher(patternOf(text));
    const names = Object.keys(env).filter((name) => fits(name) && !isOfProcess(name));
    return names.sort().flatMap((name) => {
      const digest = one(name);
      return digest === null ? [] : [{ name, digest }];
    });
  });
  const digests: Digests = { one, matching: (pattern) => fitting(textOf(pattern)) };
  knownDigests.set(env, { salt, digests });
  return digests;
}

function memoised<Value>(make: (text: string) => Value): (text: string) => Value {
  const known = new Map<string, Value>();
  return (text) => {
    const value = known.get(text);
    if (value !== undefined) return value;
    const fresh = make(text);
    known.set(text, fresh);
    return fresh;
  };
}

function textOf(pattern: NamePattern): string {
  return 'prefix' in pattern ? `p${pattern.prefix}` : `g${pattern.glob}`;
}

function patternOf(text: string): NamePattern {
  return text.startsWith('p') ? { prefix: text.slice(1) } : { glob: text.slice(1) };
}
