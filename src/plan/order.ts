import { stronglyConnected } from '../base/components.ts';
import type { WorkspacePath } from '../base/path.ts';
import type { Task, TaskId } from '../graph/task.ts';
import type { Workspace } from '../workspace/packages.ts';

export interface OrderedTask {
  readonly task: Task;
  readonly dependencies: readonly TaskId[];
}

/**
 * `tasks`, dependencies first. Each waits for what its `dependsOn` names and, if it is one of `selected`, for the selected tasks of the
 * packages that its package depends on; packages that have none are passed through. Where packages depend on each other in
 * a circle, the edge that would close it is dropped, always the same one; edges of `dependsOn` are never dropped.
 */
export function orderTasks(tasks: readonly Task[], selected: readonly Task[], { packages }: Workspace): OrderedTask[] {
  const byDirectory = new Map(selected.map((task) => [task.directory, task]));
  const packageEdges = new Map(packages.map((one) => [one.directory, one.dependencies]));
  const soft = new Map(selected.map((task) => [task.id, nearestSelected(task.directory, packageEdges, byDirectory)]));
  const firm = new Map(tasks.map((task) => [task.id, task.dependsOn]));
  const edges = withoutCycles([...firm.keys()], firm, soft);

  const byId = new Map(tasks.map((task) => [task.id, task]));
  const order = stronglyConnected([...byId.keys()], (id) => edges.get(id) ?? []).flat();
  return order.flatMap((id) => {
    const task = byId.get(id);
    return task === undefined ? [] : [{ task, dependencies: edges.get(id) ?? [] }];
  });
}

type PackageEdges = ReadonlyMap<WorkspacePath, readonly WorkspacePath[]>;
type TaskEdges = ReadonlyMap<TaskId, readonly TaskId[]>;

/** The first selected task on each way along the package's dependencies. */
function nearestSelected(from: WorkspacePath, edges: PackageEdges, selected: ReadonlyMap<WorkspacePath, Task>): TaskId[] {
  const seen = new Set([from]);
  const queue = [from];
  const found: TaskId[] = [];
  for (const directory of queue) {
    for (const next of edges.get(directory) ?? []) {
      if (seen.has(next)) continue;
      seen.add(next);
      const task = selected.get(next);
      if (task === undefined) queue.push(next);
      else found.push(task.id);
    }
  }
  return found;
}

/** All firm edges, and the soft ones in their order as long as they close no cycle. Only edges within a component can. */
function withoutCycles(nodes: readonly TaskId[], firm: TaskEdges, soft: TaskEdges): TaskEdges {
  const edges = new Map(nodes.map((node) => [node, [...new Set([...(firm.get(node) ?? []), ...(soft.get(node) ?? [])])]]));
  const cyclic = stronglyConnected(nodes, (node) => edges.get(node) ?? []).filter((members) => members.length > 1);
  for (const members of cyclic) {
    const inside = new Set(members);
    for (const node of members) {
      const kept = (edges.get(node) ?? []).filter((next) => !inside.has(next) || firm.get(node)?.includes(next) === true);
      edges.set(node, kept);
    }
    for (const node of members.sort()) {
      for (const next of soft.get(node) ?? []) {
        const kept = edges.get(node) ?? [];
        if (inside.has(next) && !kept.includes(next) && !isReachable(next, node, edges)) kept.push(next);
      }
    }
  }
  return edges;
}

function isReachable(from: TaskId, target: TaskId, edges: TaskEdges): boolean {
  const seen = new Set([from]);
  for (const node of seen) {
    if (node === target) return true;
    for (const next of edges.get(node) ?? []) seen.add(next);
  }
  return false;
}
