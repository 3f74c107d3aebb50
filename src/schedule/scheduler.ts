import type { TaskId } from '../graph/task.ts';
import type { Plan, PlannedTask } from '../plan/planned.ts';
import { prioritize } from './critical-path.ts';

export interface Work<Outcome> {
  /** Runs one task. The lower the priority number, the longer the chain of tasks that waits for it. */
  readonly start: (task: PlannedTask, priority: number) => Promise<Outcome>;
  readonly hasFailed: (outcome: Outcome) => boolean;
  /** `by` is the task that failed, however far up the dependencies. Called once for each blocked task. */
  readonly onBlocked: (task: PlannedTask, by: TaskId) => void;
  /** Once aborted, nothing more starts. */
  readonly signal: AbortSignal;
  /** After a failure, go on with everything that does not depend on it. */
  readonly keepGoing: boolean;
}

export type TaskEnd<Outcome> =
  | { readonly kind: 'ended'; readonly outcome: Outcome }
  | { readonly kind: 'blocked'; readonly by: TaskId }
  /** The run was cut short, or another task failed, before its turn. */
  | { readonly kind: 'not-started' };

/**
 * Starts each task once its dependencies are done, of several the one with the longest chain of dependents first.
 * Knows nothing about slots or caching: how many really run at once is up to `start`. In the result every task of the
 * plan has its end, and nothing runs any more. What `start` throws is thrown once everything that runs has ended.
 */
export async function schedule<Outcome>(plan: Plan, work: Work<Outcome>): Promise<ReadonlyMap<TaskId, TaskEnd<Outcome>>> {
  const priorities = prioritize(plan);
  const priorityOf = (task: PlannedTask) => priorities.get(task.id) ?? 0;
  const dependents = dependentsOf(plan);
  const unfinishedDependencies = new Map(plan.tasks.map((task) => [task.id, new Set(task.dependencies).size]));
  const ends = new Map<TaskId, TaskEnd<Outcome>>();
  const crashes: unknown[] = [];
  let isStopped = false;

  /** Ends when the tasks and all that they freed have ended. */
  async function startAll(ready: readonly PlannedTask[]): Promise<void> {
    const inOrder = ready.toSorted((a, b) => priorityOf(a) - priorityOf(b));
    await Promise.all(inOrder.map(startOne));
  }

  async function startOne(task: PlannedTask): Promise<void> {
    if (isStopped || work.signal.aborted) return;
    try {
      const outcome = await work.start(task, priorityOf(task));
      ends.set(task.id, { kind: 'ended', outcome });
      if (work.hasFailed(outcome)) fail(task);
      else await startAll(freedBy(task));
    } catch (crash) {
      crashes.push(crash);
      isStopped = true;
    }
  }

  function freedBy(task: PlannedTask): PlannedTask[] {
    return (dependents.get(task.id) ?? []).filter((dependent) => {
      const left = (unfinishedDependencies.get(dependent.id) ?? 0) - 1;
      unfinishedDependencies.set(dependent.id, left);
      return left === 0;
    });
  }

  function fail(failed: PlannedTask): void {
    if (!work.keepGoing) isStopped = true;
    const blockers = [failed];
    for (let blocker = blockers.pop(); blocker !== undefined; blocker = blockers.pop()) {
      const blocked = (dependents.get(blocker.id) ?? []).filter((dependent) => !ends.has(dependent.id));
      for (const task of blocked) {
        ends.set(task.id, { kind: 'blocked', by: failed.id });
        work.onBlocked(task, failed.id);
      }
      blockers.push(...blocked);
    }
  }

  await startAll(plan.tasks.filter((task) => task.dependencies.length === 0));
  if (crashes.length > 0) throw crashes[0];
  return new Map(plan.tasks.map(({ id }) => [id, ends.get(id) ?? { kind: 'not-started' }]));
}

function dependentsOf(plan: Plan): ReadonlyMap<TaskId, readonly PlannedTask[]> {
  const dependents = new Map<TaskId, PlannedTask[]>(plan.tasks.map((task) => [task.id, []]));
  for (const task of plan.tasks) for (const id of new Set(task.dependencies)) dependents.get(id)?.push(task);
  return dependents;
}
