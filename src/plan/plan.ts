import { taskLabel, type Task, type TaskId } from '../graph/task.ts';
import type { TaskGraph } from '../graph/task-graph.ts';
import { splitCommand, type CommandStep } from './command.ts';
import { orderTasks } from './order.ts';
import type { Plan, PlannedStep, PlannedTask, StepCaching, StepOwner } from './planned.ts';
import { selectTasks, type Selection } from './selection.ts';

/** Everything that would run for a selection, dependencies first. Throws `CommandError` where it names nothing. */
export function makePlan(graph: TaskGraph, selection: Selection): Plan {
  const { tasks: selected, notes } = selectTasks(graph, selection);
  const isSelected = new Set(selected);
  const tasks = orderTasks(withDependencies(selected, graph.tasks), selected, graph.workspace).map(
    ({ task, dependencies }): PlannedTask => ({
      id: task.id,
      label: taskLabel(task),
      directory: task.directory,
      dependencies,
      steps: planSteps(task, { graph, selection, extraArgs: isSelected.has(task) ? selection.extraArgs : [] }),
    }),
  );
  return { root: graph.workspace.root, tasks, notes: [...graph.workspace.notes, ...notes] };
}

/** The selected tasks and all that their `dependsOn` pulls in, in the order of the graph. */
function withDependencies(selected: readonly Task[], all: readonly Task[]): Task[] {
  const byId = new Map(all.map((task) => [task.id, task]));
  const wanted = new Set<TaskId>(selected.map((task) => task.id));
  for (const id of wanted) {
    for (const next of byId.get(id)?.dependsOn ?? []) wanted.add(next);
  }
  return all.filter((task) => wanted.has(task.id));
}

interface StepContext {
  readonly graph: TaskGraph;
  readonly selection: Selection;
  readonly extraArgs: readonly string[];
}

/** The steps of all the task's commands, counted through. */
function planSteps(task: Task, { graph, selection, extraArgs }: StepContext): PlannedStep[] {
  const { root } = graph.workspace;
  const pieces = task.commands.flatMap((command) => {
    const args = command.takesExtraArgs ? extraArgs : [];
    const steps = splitCommand(command.text, { root, cwd: task.cwd, extraArgs: args });
    return steps.map((step, index) => ({ step, args: index === steps.length - 1 ? args : [] }));
  });
  return pieces.map(({ step, args }, index) => ({
    task: task.id,
    label: taskLabel(task),
    index,
    owner: `${task.id} ${index} ${JSON.stringify(args)}` as StepOwner,
    ...step,
    caching: cachingOf(step, task, { mode: selection.cache, defaults: graph.cache }),
  }));
}

interface CachingContext {
  readonly mode: Selection['cache'];
  readonly defaults: TaskGraph['cache'];
}

/** `cache: false` of a task wins over `--cache`, which wins over the root's config. */
function cachingOf({ command }: CommandStep, { caching, origin }: Task, { mode, defaults }: CachingContext): StepCaching {
  if (command.kind === 'echo') return { kind: 'uncached', reason: 'builtin' };
  if (mode === 'off') return { kind: 'uncached', reason: 'cache-off-for-run' };
  if (caching.enabled === false) return { kind: 'uncached', reason: 'task-configuration' };
  if (mode === 'on') return { kind: 'cached', ...caching };
  if (origin === 'script' && !defaults.scripts) return { kind: 'uncached', reason: 'scripts-not-cached' };
  if (origin === 'config' && !defaults.tasks) return { kind: 'uncached', reason: 'task-configuration' };
  return { kind: 'cached', ...caching };
}
