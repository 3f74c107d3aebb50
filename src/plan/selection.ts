import { CommandError, type Diagnostic } from '../base/diagnostic.ts';
import { suggestion } from '../base/nearest.ts';
import type { WorkspacePath } from '../base/path.ts';
import { taskLabel, type Task } from '../graph/task.ts';
import type { TaskGraph } from '../graph/task-graph.ts';
import { splitTaskName } from '../workspace/package-name.ts';
import type { Package } from '../workspace/packages.ts';
import { selectPackages } from '../workspace/select.ts';
import type { ChangedFiles, Scope } from '../workspace/scope.ts';
import type { ConcurrencyLimit } from './planned.ts';
import { runsItself } from './self-run.ts';

/** What one `reprise run` asks for, wherever it is asked. */
export interface RunQuery {
  /** `task` or `package#task`. */
  readonly task: string;
  readonly scope: Scope;
  /** For the selected tasks, not for those that `dependsOn` pulls in. */
  readonly extraArgs: readonly string[];
  readonly ignoreDependsOn: boolean;
  /** `config`: as the tasks and the root's config say. */
  readonly cache: 'on' | 'off' | 'config';
  readonly force: boolean;
  /** Ignore the order. */
  readonly parallel: boolean;
  readonly keepGoing: boolean;
  readonly limit: ConcurrencyLimit | undefined;
}

export interface Selection extends RunQuery {
  /** Where it is asked, relative to the root: decides the current package, and what `./dir` in a filter means. */
  readonly from: WorkspacePath;
}

export interface Selected {
  readonly tasks: readonly Task[];
  /** A note for each task left out, and for each filter that matches nothing. */
  readonly notes: readonly string[];
}

/**
 * The selected tasks; `unread`: packages whose config must be read before that can be told. Throws where there is no such
 * task or package.
 */
export function selectTasks(
  graph: TaskGraph,
  selection: Selection,
  changedFiles: ChangedFiles,
): Selected | { readonly unread: readonly WorkspacePath[] } {
  const { packageName, task: name } = splitTaskName(selection.task);
  const { scope, from } = selection;
  const { packages, unmatched } = selectPackages(graph.workspace, { scope, packageName, from }, changedFiles);
  const unread = packages.filter((directory) => !graph.read.has(directory));
  if (unread.length > 0) return { unread };

  const filterNotes = unmatched.map(({ message, hint }) => (hint === undefined ? message : `${message}. ${hint}`));
  if (packages.length === 0) return { tasks: [], notes: filterNotes };
  const directories = new Set(packages);
  const within = graph.tasks.filter((task) => directories.has(task.directory));
  const found = within.filter((task) => task.name === name);
  if (found.length === 0)
    throw new CommandError(unknownTask(name, within, { graph, extraArgs: selection.extraArgs, owner: onlyPackage(graph, packages) }));
  const leftOut = scope.kind === 'recursive' ? found.filter(runsItself) : [];
  const notes = leftOut.map((task) => `${taskLabel(task)} is left out: it runs '${name}' in every package itself`);
  return { tasks: found.filter((task) => !leftOut.includes(task)), notes: [...filterNotes, ...notes] };
}

function onlyPackage({ workspace }: TaskGraph, [first, ...others]: readonly WorkspacePath[]): Package | undefined {
  return others.length > 0 ? undefined : workspace.packages.find((one) => one.directory === first);
}

interface Asked {
  readonly graph: TaskGraph;
  readonly extraArgs: readonly string[];
  /** The only package in which was looked. */
  readonly owner: Package | undefined;
}

/** The hint names a flag that went to the task, the nearest tasks, else all there are, and where the task is. */
function unknownTask(name: string, tasks: readonly Task[], { graph, owner, extraArgs }: Asked): Diagnostic {
  const known = [...new Set(tasks.map((task) => task.name))].sort();
  const where = owner === undefined ? 'any package' : (owner.name ?? `'${owner.directory || '.'}'`);
  const all = known.length === 0 ? undefined : `The tasks are ${listed(known)}.`;
  const hints = [misplacedFlag(extraArgs, name), suggestion(name, known), all, elsewhere(graph, name)];
  const hint = hints.filter((text) => text !== undefined).join(' ') || 'There are no tasks.';
  return { code: 'unknown-task', message: `Task '${name}' is not in ${where}`, hint: hint.replace(/\.$/, '') };
}

/** Other runners take flags behind the task. */
function misplacedFlag(extraArgs: readonly string[], name: string): string | undefined {
  const flag = extraArgs.find((word) => scopeFlag.test(word));
  if (flag === undefined) return undefined;
  const value = flag === '-F' || flag === '--filter' ? ' …' : '';
  return `What follows a task is handed to it: for the run it is 'reprise run ${flag}${value} ${name}'.`;
}

const scopeFlag = /^(-r|-t|-w|-F|--(recursive|transitive|workspace-root|filter)(=.*)?)$/;

function elsewhere(graph: TaskGraph, name: string): string | undefined {
  const labels = graph.tasks.filter((task) => task.name === name).map(taskLabel);
  return labels.length === 0 ? undefined : `There is ${listed(labels)}.`;
}

function listed(names: readonly string[]): string {
  const most = 20;
  return names.slice(0, most).join(', ') + (names.length > most ? ` and ${names.length - most} more` : '');
}
