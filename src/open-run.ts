import { Background } from './background.ts';
import { removeIfPossible } from './base/files.ts';
import type { CachePlaces } from './cache/cache-places.ts';
import { isFault } from './cache/fault.ts';
import { stepsAround } from './cache/steps-around.ts';
import { Endpoints } from './execute/ipc/endpoints.ts';
import { findNodeClient } from './execute/ipc/node-client.ts';
import { Spawner } from './execute/spawn/spawner.ts';
import { TaskPipes } from './execute/task-pipes.ts';
import { findTraceHelper } from './execute/trace/tracer.ts';
import { closeCache, openCache, scratchDirectory } from './open-cache.ts';
import { allTasks, isNestedRun, type Plan } from './plan/planned.ts';
import type { EventLog } from './report/event-log.ts';
import type { RunContext } from './run-context.ts';
import type { Cancellation } from './schedule/cancel.ts';
import { availableCores, commandsAtOnce } from './schedule/concurrency.ts';
import { Slots } from './schedule/slots.ts';
import { Turns } from './schedule/turns.ts';
import { findRepository, GitIgnores } from './workspace/git.ts';
import { WorkerPool } from '../workers/pool.ts';
import { ServerThreads } from '../workers/server-threads.ts';

export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly events: EventLog;
  readonly cancellation: Cancellation;
  readonly hasTerminal: boolean;
}

export interface OpenRun {
  readonly context: RunContext;
  /** Waits for what goes on in the background; afterwards nothing of the run is open, and no temporary file is left. */
  readonly close: () => Promise<void>;
}

/** Opens all that the tasks of a run share. */
export async function openRun(plan: Plan, places: CachePlaces, { env, events, cancellation, hasTerminal }: Surroundings): Promise<OpenRun> {
  const repository = findRepository(plan.root);
  const pool = new WorkerPool(({ name, step, thread, startedAt, endedAt }) =>
    events.emit({ type: 'span', span: { name, step, on: `pool ${thread}`, startedAt, endedAt } }),
  );
  const opened = needsCache(plan)
    ? await openCache(places, { pool, git: new GitIgnores(plan.root, repository, env), around: stepsAround(env, plan.root) })
    : undefined;
  if (isFault(opened)) events.emit({ type: 'cache-fault', detail: opened.detail });
  const cache = isFault(opened) ? undefined : opened;
  cache?.states.disk.remember();
  const background = new Background();
  const scratch = cache?.scratch ?? scratchDirectory(places);
  const helper = findTraceHelper(scratch);
  const servers = new ServerThreads();
  const endpoints = new Endpoints();
  const cores = availableCores();
  const context: RunContext = {
    root: plan.root,
    env: Object.freeze({ ...env }),
    events,
    cache,
    helper,
    pipes: new TaskPipes(helper),
    spawner: new Spawner(helper),
    ipc: { servers, endpoints, nodeClient: findNodeClient() },
    traceRoots: [plan.root, ...(repository?.gitDirectories ?? [])],
    slots: new Slots(plan.limit === undefined ? cores : commandsAtOnce(plan.limit, cores), cancellation.signal),
    turns: new Turns(),
    executed: new Set(),
    failures: [],
    cancellation,
    isAlone: hasTerminal && isSequential(plan),
    scratch,
    background: (work) => background.add(work),
  };
  const close = async () => {
    // No command runs any more. What has a name in a directory for temporary files goes before the last results are
    // stored: a runner that is killed later leaves none of it behind, and a next run may have nothing to execute.
    context.pipes.close();
    endpoints.close();
    await Promise.all([context.spawner.close(), background.drained()]);
    const trouble = cache && (await closeCache(cache, places));
    if (trouble) events.emit({ type: 'cache-fault', detail: trouble.detail });
    await Promise.all([pool.close(), servers.close()]);
    removeIfPossible(scratch);
  };
  return { context, close };
}

function needsCache(plan: Plan): boolean {
  return [...allTasks(plan)].some(({ steps }) => steps.some((step) => !isNestedRun(step) && step.caching.kind === 'cached'));
}

/** One task at a time, also in the runs inside it. */
function isSequential({ tasks }: Plan): boolean {
  const [only, ...others] = tasks;
  return others.length === 0 && (only?.steps ?? []).every((step) => !isNestedRun(step) || isSequential(step.plan));
}
