import type { Task, TaskId } from '../graph/task.ts';
import type { TaskGraph } from '../graph/task-graph.ts';
import { orderTasks } from './order.ts';

/** A task with all that it may wait for. */
export interface TaskWithEdges {
  readonly task: Task;
  /** Tasks of the same name that it waits for only where a run selects both, since its package depends on theirs. */
  readonly packageOrder: readonly TaskId[];
}

/** Every task of a graph, in the order of the graph. The edges of both sorts together may close circles; those of one do not. */
export function withEdges({ tasks, workspace }: TaskGraph): TaskWithEdges[] {
  const byName = new Map<string, Task[]>();
  for (const task of tasks) byName.set(task.name, [...(byName.get(task.name) ?? []), task]);
  const ordered = [...byName.values()].flatMap((same) => orderTasks(same, same, workspace));
  const waits = new Map(ordered.map(({ task, dependencies }) => [task.id, dependencies]));
  return tasks.map((task) => ({ task, packageOrder: (waits.get(task.id) ?? []).filter((id) => !task.dependsOn.includes(id)) }));
}
