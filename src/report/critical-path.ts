import type { TaskId } from '../graph/task.ts';
import type { RunRecord, TaskRecord } from './run-record.ts';

export interface CriticalPath {
  /** Each waited for the one before it. */
  readonly tasks: readonly TaskRecord[];
  readonly milliseconds: number;
}

/** The chain of tasks that took longest: with however many cores, the run could not have been shorter. */
export function criticalPath({ tasks }: Pick<RunRecord, 'tasks'>): CriticalPath {
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const chains = new Map<TaskId, Chain>();
  for (const task of tasks) lengthen(task, byId, chains);
  const last = longest([...chains.values()]);
  return { tasks: last === undefined ? [] : unrolled(last), milliseconds: last?.milliseconds ?? 0 };
}

/** The longest chain that ends with a task. */
interface Chain {
  readonly task: TaskRecord;
  readonly before: Chain | undefined;
  readonly milliseconds: number;
}

/** Finds the chain of a task and of all that it waited for. A stack of its own: chains can be longer than calls can be deep. */
function lengthen(first: TaskRecord, byId: ReadonlyMap<TaskId, TaskRecord>, chains: Map<TaskId, Chain>): void {
  const visited = new Set<TaskId>();
  const stack = [first];
  for (let task = stack.at(-1); task !== undefined; task = stack.at(-1)) {
    // In the plans of nested runs a task can wait for another here and be waited for by it there: it counts once.
    const open = visited.has(task.id) ? [] : waitedFor(task, byId).filter(({ id }) => !chains.has(id) && !visited.has(id));
    visited.add(task.id);
    stack.push(...open);
    if (open.length > 0) continue;
    stack.pop();
    if (chains.has(task.id)) continue;
    const before = longest(waitedFor(task, byId).flatMap(({ id }) => chains.get(id) ?? []));
    chains.set(task.id, { task, before, milliseconds: (before?.milliseconds ?? 0) + timeOf(task) });
  }
}

function waitedFor({ dependsOn = [] }: TaskRecord, byId: ReadonlyMap<TaskId, TaskRecord>): TaskRecord[] {
  return dependsOn.flatMap((id) => byId.get(id) ?? []);
}

function timeOf({ steps }: TaskRecord): number {
  return steps.reduce((sum, { startedAtMs, endedAtMs }) => sum + endedAtMs - startedAtMs, 0);
}

function longest(chains: readonly Chain[]): Chain | undefined {
  return chains.reduce<Chain | undefined>((best, chain) => (best && best.milliseconds >= chain.milliseconds ? best : chain), undefined);
}

function unrolled(last: Chain): TaskRecord[] {
  const tasks: TaskRecord[] = [];
  for (let chain: Chain | undefined = last; chain !== undefined; chain = chain.before) tasks.push(chain.task);
  return tasks.toReversed();
}
