import { CommandError } from '../base/diagnostic.ts';
import type { WorkspacePath } from '../base/path.ts';
import { taskLabel, type Task, type TaskId } from '../graph/task.ts';
import type { TaskGraph } from '../graph/task-graph.ts';
import type { ChangedFiles } from '../workspace/scope.ts';
import { splitCommand, type CommandStep } from './command.ts';
import { nestedSelection } from './nested-run.ts';
import { orderTasks } from './order.ts';
import {
  allTasks,
  isNestedRun,
  type NestedRun,
  type Plan,
  type PlannedStep,
  type PlannedTask,
  type StepCaching,
  type StepOwner,
} from './planned.ts';
import { selectTasks, type Selected, type Selection } from './selection.ts';

/**
 * Everything that would run for a selection, dependencies first, runs inside its tasks included. `unread`: packages whose
 * config must be read first. Throws `CommandError` where the selection names nothing, and where tasks run each other.
 */
export function makePlan(
  graph: TaskGraph,
  selection: Selection,
  changedFiles: ChangedFiles,
): { readonly plan: Plan } | { readonly unread: readonly WorkspacePath[] } {
  const planner = new Planner(graph, changedFiles);
  const plan = planner.plan(selection, []);
  if (planner.unread.size > 0) return { unread: [...planner.unread] };
  if (plan.notes.length > 0 && selection.scope.kind !== 'filters' && runsNothing(plan)) {
    throw new CommandError({ code: 'nothing-to-run', message: `nothing would run: ${plan.notes.join('; ')}` });
  }
  return { plan: { ...plan, notes: [...graph.workspace.notes, ...plan.notes] } };
}

function runsNothing(plan: Plan): boolean {
  return ![...allTasks(plan)].some((task) => task.steps.some((step) => !isNestedRun(step)));
}

/** The tasks whose commands hold the run that is being planned, the outermost first. */
type Frames = readonly Task[];

class Planner {
  readonly unread = new Set<WorkspacePath>();
  readonly #graph: TaskGraph;
  readonly #changedFiles: ChangedFiles;

  constructor(graph: TaskGraph, changedFiles: ChangedFiles) {
    this.#graph = graph;
    this.#changedFiles = changedFiles;
  }

  plan(selection: Selection, frames: Frames): Plan {
    const { limit, keepGoing, force, ignoreDependsOn } = selection;
    const { tasks: selected, notes } = this.#select(selection, frames);
    const isSelected = new Set(selected);
    const wanted = ignoreDependsOn ? selected.map((task) => ({ ...task, dependsOn: [] })) : this.#withDependencies(selected);
    refuseMutualRecursion(wanted, frames);
    const inside: string[] = [];
    const tasks = orderTasks(wanted, selected, this.#graph.workspace).map(({ task, dependencies }): PlannedTask => {
      const extraArgs = isSelected.has(task) || ignoreDependsOn ? selection.extraArgs : [];
      return {
        id: task.id,
        label: taskLabel(task),
        directory: task.directory,
        dependencies: selection.parallel ? [] : dependencies,
        extraArgs,
        steps: this.#planSteps(task, { selection, extraArgs, frames }, inside),
      };
    });
    return { root: this.#graph.workspace.root, tasks, notes: [...notes, ...inside], limit, keepGoing, force };
  }

  /** Inside itself a task is left out, or it would run for ever. */
  #select(selection: Selection, frames: Frames): Selected {
    const selected = selectTasks(this.#graph, selection, this.#changedFiles);
    if ('unread' in selected) {
      for (const directory of selected.unread) this.unread.add(directory);
      return { tasks: [], notes: [] };
    }
    const self = frames.at(-1);
    if (self === undefined || !selected.tasks.includes(self)) return selected;
    const note = `${taskLabel(self)} is left out of the run inside it: it would run itself`;
    return { tasks: selected.tasks.filter((task) => task !== self), notes: [...selected.notes, note] };
  }

  /** The selected tasks and all that their `dependsOn` pulls in, in the order of the graph. */
  #withDependencies(selected: readonly Task[]): Task[] {
    const { tasks, byId } = this.#graph;
    const wanted = new Set<TaskId>(selected.map((task) => task.id));
    for (const id of wanted) {
      for (const next of byId.get(id)?.dependsOn ?? []) wanted.add(next);
    }
    return tasks.filter((task) => wanted.has(task.id));
  }

  /** The steps of all the task's commands, counted through; what is said of the runs among them goes to `notes`. */
  #planSteps(task: Task, { selection, extraArgs, frames }: StepContext, notes: string[]): (PlannedStep | NestedRun)[] {
    const { workspace, cache: defaults } = this.#graph;
    const pieces = task.commands.flatMap((command) => {
      const args = command.takesExtraArgs ? extraArgs : [];
      const steps = splitCommand(command.text, { root: workspace.root, cwd: task.cwd, extraArgs: args });
      return steps.map((step, index) => ({ step, args: index === steps.length - 1 ? args : [] }));
    });
    return pieces.flatMap(({ step, args }, index): (PlannedStep | NestedRun)[] => {
      const nested = this.#planNested(step, task, { selection, frames });
      if (nested !== undefined) {
        notes.push(...nested.notes);
        const { shown, cwd, envPrefix } = step;
        return [{ index, shown, cwd, envPrefix, plan: { ...nested, notes: [] } }];
      }
      const owner = `${task.id} ${index} ${JSON.stringify(args)}` as StepOwner;
      const caching = cachingOf(step, task, { mode: selection.cache, defaults });
      return [{ task: task.id, label: taskLabel(task), index, owner, ...step, caching }];
    });
  }

  /** Says of what is wrong inside where it stands. */
  #planNested(step: CommandStep, task: Task, { selection, frames }: Omit<StepContext, 'extraArgs'>): Plan | undefined {
    try {
      const nested = nestedSelection(step, selection);
      return nested && this.plan(nested, [...frames, task]);
    } catch (error) {
      if (!(error instanceof CommandError) || frames.length > 0) throw error;
      const place = `in '${step.shown}' of ${taskLabel(task)}`;
      throw new CommandError(...error.diagnostics.map((one) => ({ ...one, message: `${one.message}, ${place}` })));
    }
  }
}

interface StepContext {
  readonly selection: Selection;
  readonly extraArgs: readonly string[];
  readonly frames: Frames;
}

/** A task that waits for a run inside it, which waits for the task, would wait for ever. */
function refuseMutualRecursion(wanted: readonly Task[], frames: Frames): void {
  const inside = new Set(wanted.map((task) => task.id));
  const again = frames.findIndex((frame) => inside.has(frame.id));
  const start = frames[again];
  if (start === undefined) return;
  const way = [...frames.slice(again), start].map(taskLabel);
  throw new CommandError({ code: 'task-recursion', message: `Tasks run each other: ${way.join(' → ')}` });
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
