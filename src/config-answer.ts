import { keyedDigest, type Digest } from './base/digest.ts';
import { lossyText } from './base/path.ts';

/** What `workers/config-loader.ts` says of the config that it ran, as the last line of its stdout. */
export interface ConfigAnswer {
  /** Plain data; absent for a `vite.config.*` without `run`. */
  readonly value?: unknown;
  readonly problem?: ConfigProblem;
  /** The variables that were read one by one, and what they said: `null` for unset. */
  readonly env: readonly (readonly [name: string, value: string | null])[];
  /** Their names were asked for as a whole. */
  readonly listedEnv: boolean;
  /** Variables may have been read where nobody saw which. */
  readonly unseenEnv: boolean;
}

export interface ConfigProblem {
  readonly kind: 'threw' | 'not-plain';
  readonly message: string;
  /** Where in the config file, as far as the stack tells. */
  readonly line?: number;
  readonly column?: number;
}

/** Stands before the answer on its line. */
export const answerMark = '\u0001reprise-config ';

/**
 * The answer, and what else was written to stdout, before it and after it: by child processes, by native code. No answer where
 * the config ended its process before it could be told, or where others wrote into the middle of it.
 */
export function readAnswer(stdout: string): { readonly answer: ConfigAnswer | undefined; readonly rest: string } {
  const start = stdout.lastIndexOf(answerMark);
  const end = start < 0 ? start : stdout.indexOf('\n', start);
  if (end < 0) return { answer: undefined, rest: stdout };
  const before = stdout.slice(0, start).replace(/\n$/, '');
  return { answer: parseAnswer(stdout.slice(start + answerMark.length, end)), rest: before + stdout.slice(end + 1) };
}

function parseAnswer(text: string): ConfigAnswer | undefined {
  try {
    return JSON.parse(text) as ConfigAnswer;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** What is remembered of an answer. Holds no value of the environment in clear. */
export interface RememberedAnswer {
  readonly value?: unknown;
  readonly env: readonly (readonly [name: string, value: Digest | null])[];
  readonly envNames: Digest | null;
}

type Environment = Readonly<Record<string, string | undefined>>;

export function rememberable({ value, env, listedEnv }: ConfigAnswer, now: Environment, salt: Uint8Array): RememberedAnswer {
  const counted = env.filter(([name]) => !changesByItself.has(name));
  return {
    ...(value !== undefined && { value }),
    env: counted.map(([name, read]) => [name, digestOf(inBytes(read, now[name]), salt)]),
    envNames: listedEnv ? namesOf(now, salt) : null,
  };
}

/** A config is told U+FFFD for bytes that are not UTF-8. */
function inBytes(read: string | null, now: string | undefined): string | undefined {
  return now !== undefined && lossyText(now) === read ? now : (read ?? undefined);
}

/** Whether the environment says what it said when the answer was given. */
export function isSameEnvironment({ env, envNames }: RememberedAnswer, now: Environment, salt: Uint8Array): boolean {
  return env.every(([name, was]) => digestOf(now[name], salt) === was) && (envNames === null || namesOf(now, salt) === envNames);
}

function digestOf(value: string | undefined, salt: Uint8Array): Digest | null {
  return value === undefined ? null : keyedDigest(salt, value);
}

function namesOf(env: Environment, salt: Uint8Array): Digest {
  const names = Object.keys(env).filter((name) => env[name] !== undefined && !changesByItself.has(name));
  return keyedDigest(salt, names.sort().join('\0'));
}

/** They say where a shell stands, and never count. */
const changesByItself = new Set(['OLDPWD', 'PWD', 'SHLVL', '_']);
