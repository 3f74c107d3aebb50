import type { TaskId } from '../graph/task.ts';
import type { Plan } from '../plan/planned.ts';

/** Ranks the tasks, 0 first: by the longest chain of dependents that waits for each, then as in the plan. */
export function prioritize(plan: Plan): ReadonlyMap<TaskId, number> {
  const lengths = chainLengths(plan);
  const lengthOf = (id: TaskId) => lengths.get(id) ?? 0;
  const ranked = plan.tasks.map((task) => task.id).sort((a, b) => lengthOf(b) - lengthOf(a));
  return new Map(ranked.map((id, rank) => [id, rank]));
}

/** Backwards through the plan every task's own length is final before it counts for its dependencies. */
function chainLengths(plan: Plan): Map<TaskId, number> {
  const lengths = new Map<TaskId, number>();
  for (const task of plan.tasks.toReversed()) {
    const length = lengths.get(task.id) ?? 0;
    for (const id of task.dependencies) lengths.set(id, Math.max(lengths.get(id) ?? 0, length + 1));
  }
  return lengths;
}
