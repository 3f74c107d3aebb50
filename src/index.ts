import { realpathSync } from 'node:fs';
import { faithfulEnvironment } from './base/environment.ts';
import type { AbsolutePath } from './base/path.ts';
import { EventStream } from './event-stream.ts';
import { limitOf } from './plan/run-query.ts';
import type { RunQuery } from './plan/selection.ts';
import type { Forecast } from './report/forecast.ts';
import type { RunEvent } from './report/event.ts';
import type { RunRecord } from './report/run-record.ts';
import { Cancellation } from './schedule/cancel.ts';
import type { UserConfig } from './workspace/config-schema.ts';
import type { Scope } from './workspace/scope.ts';

export { CommandError, type Diagnostic, type SourcePlace } from './base/diagnostic.ts';
export type { Forecast, ForecastAnswer, ForecastRun, ForecastStep, ForecastTask } from './report/forecast.ts';
export type { Decision, RunEvent, Stored, StepOutcome } from './report/event.ts';
export type { UserConfig, UserTask } from './workspace/config-schema.ts';
export type { RunRecord, StepRecord, TaskRecord, Totals } from './report/run-record.ts';

/** Gives the config back as it is: for the types of its keys in an editor, in `reprise.config.ts` and its like. */
export function defineConfig(config: UserConfig): UserConfig {
  return config;
}

/** What to run, as `reprise run` takes it. Everything but the task may be left out. */
export interface RunOptions {
  /** `task` of the package that `cwd` is in, or `package#task`. */
  readonly task: string;
  /** For the selected tasks, verbatim. */
  readonly args?: readonly string[];
  /** The process's own unless given. */
  readonly cwd?: string;
  /** The environment that tasks get theirs from; the process's own unless given. A byte that is not UTF-8 is U+DC00 + the byte. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The package at hand unless given; a list holds pnpm filters. */
  readonly packages?: 'all' | 'root' | 'with-dependencies' | readonly string[];
  readonly failIfNoMatch?: boolean;
  readonly ignoreDependsOn?: boolean;
  /** `true`: everything, scripts too; `false`: nothing; as tasks and config say unless given. */
  readonly cache?: boolean;
  readonly force?: boolean;
  readonly parallel?: boolean;
  /** After a failure, go on with everything that does not depend on it. */
  readonly keepGoing?: boolean;
  /** A number, or a percentage of the cores as in `50%`; the available cores unless given. */
  readonly concurrencyLimit?: number | string;
  /** Ends the run as SIGTERM would: tasks are asked to end, and killed after 5 s. */
  readonly signal?: AbortSignal;
}

/** A run that goes on. Iterating gives its events as they happen; leaving the loop early does not end it. */
export interface Run extends AsyncIterable<RunEvent> {
  /** Settles when nothing of the run goes on any more. Rejects with a `CommandError` for what its user has to mend. */
  readonly record: Promise<RunRecord>;
}

/** What a run would do, asked of the cache. Runs and writes nothing. Throws a `CommandError` for what its user has to mend. */
export async function plan(options: RunOptions): Promise<Forecast> {
  const { dryRun } = await import('./dry-run.ts');
  return await dryRun({ cwd: directoryOf(options), query: queryOf(options) }, faithfulEnvironment(options.env ?? process.env));
}

/**
 * Starts a run, in the next turn of the event loop: an iteration that begins until then misses nothing. Tasks get no
 * terminal and an empty stdin, no signal handler is installed, nothing is printed but what configs print that must be run, and nothing keeps the process alive
 * once the run has ended.
 */
export function run(options: RunOptions): Run {
  const events = new EventStream<RunEvent>();
  const record = start(options, events);
  // Whoever iterates is told by the iteration.
  record.catch(() => undefined);
  return { record, [Symbol.asyncIterator]: () => events[Symbol.asyncIterator]() };
}

async function start(options: RunOptions, events: EventStream<RunEvent>): Promise<RunRecord> {
  await new Promise((resolve) => setImmediate(resolve));
  const cancellation = new Cancellation();
  const stop = (): void => cancellation.ask('SIGTERM');
  if (options.signal?.aborted) stop();
  options.signal?.addEventListener('abort', stop, { once: true });
  try {
    const { run: runRequest } = await import('./run.ts');
    const request = { cwd: directoryOf(options), query: queryOf(options) };
    const host = {
      env: faithfulEnvironment(options.env ?? process.env),
      cancellation,
      listeners: [(event: RunEvent) => events.push(event)],
      hasTerminal: false,
    };
    const record = await runRequest(request, host);
    events.end();
    return record;
  } catch (error) {
    events.end({ error });
    throw error;
  } finally {
    options.signal?.removeEventListener('abort', stop);
  }
}

function directoryOf({ cwd }: RunOptions): AbsolutePath {
  return realpathSync(cwd ?? process.cwd()) as AbsolutePath;
}

function queryOf(options: RunOptions): RunQuery {
  const { task, args = [], cache, force = false, parallel = false, keepGoing = false, ignoreDependsOn = false, concurrencyLimit } = options;
  const limit = concurrencyLimit === undefined ? undefined : limitOf(String(concurrencyLimit), 'concurrencyLimit');
  return {
    task,
    extraArgs: args,
    scope: scopeOf(options),
    ignoreDependsOn,
    cache: cache === undefined ? 'config' : cache ? 'on' : 'off',
    force,
    parallel,
    keepGoing,
    limit: limit ?? (parallel ? 'unlimited' : undefined),
  };
}

function scopeOf({ packages, failIfNoMatch = false }: RunOptions): Scope {
  switch (packages) {
    case undefined:
      return { kind: 'current' };
    case 'all':
      return { kind: 'recursive' };
    case 'root':
      return { kind: 'root' };
    case 'with-dependencies':
      return { kind: 'transitive' };
    default:
      return { kind: 'filters', patterns: packages, failIfNoMatch };
  }
}
