import type { TaskId } from '../graph/task.ts';
import { isNestedRun, type Plan, type PlannedTask } from './planned.ts';

/** A task of a run, and all that it waits for there. */
export interface TaskOrder {
  readonly task: TaskId;
  readonly label: string;
  readonly waitsFor: readonly TaskId[];
}

/**
 * Each task once, over all nested runs: a task waits for what it runs inside, and that for what the task around it depends on.
 * Tasks without a command of their own are bridged over.
 */
export function orderOf(plan: Plan): readonly TaskOrder[] {
  const waits = new Map<TaskId, { readonly label: string; readonly ids: ReadonlySet<TaskId> }>();
  const bridged = new Set<TaskId>();
  const idsOf = (task: TaskId): Iterable<TaskId> => waits.get(task)?.ids ?? [];
  const add = ({ id, label, steps }: PlannedTask, ids: readonly TaskId[]) => {
    const targets = ids.flatMap((other) => (bridged.has(other) ? [...idsOf(other)] : other));
    waits.set(id, { label, ids: new Set([...idsOf(id), ...targets].filter((other) => other !== id)) });
    if (steps.every(isNestedRun)) bridged.add(id);
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
  return [...waits].map(([task, { label, ids }]) => ({ task, label, waitsFor: [...ids] }));
}

/** The tasks that no other one of the plan waits for. */
function lastOf({ tasks }: Plan): TaskId[] {
  const needed = new Set(tasks.flatMap(({ dependencies }) => dependencies));
  return tasks.map(({ id }) => id).filter((id) => !needed.has(id));
}
