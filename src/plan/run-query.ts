import { CommandError } from '../base/diagnostic.ts';
import { parseConcurrencyLimit } from './concurrency-limit.ts';
import type { ConcurrencyLimit } from './planned.ts';
import type { RunWords } from './run-words.ts';
import type { RunQuery } from './selection.ts';

/** What the words of a run ask for, by itself. Throws `usage` for a limit that is none. */
export function queryOf(words: Omit<RunWords, 'display' | 'task'> & { readonly task: string }): RunQuery {
  const { task, extraArgs, scope, ignoreDependsOn, cache, force, parallel, keepGoing, concurrencyLimit } = words;
  const given = concurrencyLimit === undefined ? undefined : limitOf(concurrencyLimit, '--concurrency-limit');
  const limit = given ?? (parallel ? 'unlimited' : undefined);
  return { task, extraArgs, scope, ignoreDependsOn, cache: cache ?? 'config', force, parallel, keepGoing, limit };
}

/** Throws `usage` naming what it was `from`. */
export function limitOf(text: string, from: string): ConcurrencyLimit {
  const limit = parseConcurrencyLimit(text);
  if (limit !== undefined) return limit;
  const hint = 'a number above 0, or a percentage of the cores as in 50%';
  throw new CommandError({ code: 'usage', message: `${from} is '${text}'`, hint });
}
