import type { TaskId } from '../graph/task.ts';
import { isNestedRun, type Plan, type PlannedTask } from './planned.ts';

/**
 * For each task that waits for others the ones that it waits for, over all nested runs: a task waits for what it runs
 * inside, and that for what the task around it depends on. Tasks without a command of their own are bridged over.
 */
export function waitsOf(plan: Plan): Readonly<Record<TaskId, readonly TaskId[]>> {
  const waits = new Map<TaskId, ReadonlySet<TaskId>>();
  const bridged = new Set<TaskId>();
  const add = (task: PlannedTask, ids: readonly TaskId[]) => {
    const targets = ids.flatMap((id) => (bridged.has(id) ? [...(waits.get(id) ?? [])] : id));
    waits.set(task.id, new Set([...(waits.get(task.id) ?? []), ...targets].filter((id) => id !== task.id)));
    if (task.steps.every(isNestedRun)) bridged.add(task.id);
  };
  const collect = ({ tasks }: Plan, around: readonly TaskId[]): void => {
    for (const task of tasks) {
      const before = task.dependencies.length > 0 ? task.dependencies : around;
      const runs = task.steps.filter(isNestedRun);
      for (const run of runs) collect(run.plan, before);
      add(task, [...before, ...runs.flatMap((run) => lastOf(run.plan))]);
    }
  };
  collect(plan, []);
  return Object.fromEntries([...waits].filter(([, ids]) => ids.size > 0).map(([id, ids]) => [id, [...ids]]));
}

/** The tasks that no other one of the plan waits for. */
function lastOf({ tasks }: Plan): TaskId[] {
  const needed = new Set(tasks.flatMap(({ dependencies }) => dependencies));
  return tasks.map(({ id }) => id).filter((id) => !needed.has(id));
}
