import { stronglyConnected } from '../base/components.ts';
import type { Task } from './task.ts';

/** One shortest cycle of `dependsOn` for each group of tasks that wait for each other, ending with the task it begins with. */
export function findCycles(tasks: readonly Task[]): [Task, ...Task[]][] {
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const next = (task: Task): Task[] => task.dependsOn.flatMap((id) => byId.get(id) ?? []);
  const rank = new Map(tasks.map((task, index) => [task, index]));
  const cyclic = stronglyConnected(tasks, next).filter(
    (members) => members.length > 1 || members.some((task) => next(task).includes(task)),
  );
  const starts = cyclic.flatMap((members) => members.sort((a, b) => (rank.get(a) ?? 0) - (rank.get(b) ?? 0)).slice(0, 1));
  return starts.map((start) => shortestCycle(start, next));
}

/** `start` must be on a cycle. */
function shortestCycle(start: Task, next: (task: Task) => readonly Task[]): [Task, ...Task[]] {
  const cameFrom = new Map<Task, Task>();
  const queue = [start];
  for (const task of queue) {
    for (const found of next(task)) {
      if (found === start) return [start, ...pathTo(task, cameFrom), start];
      if (cameFrom.has(found)) continue;
      cameFrom.set(found, task);
      queue.push(found);
    }
  }
  throw new Error(`no cycle at ${start.id}`);
}

/** From the first task after the start. */
function pathTo(task: Task, cameFrom: ReadonlyMap<Task, Task>): Task[] {
  const before = cameFrom.get(task);
  return before === undefined ? [] : [...pathTo(before, cameFrom), task];
}
