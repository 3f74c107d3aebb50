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
  if (found.length === 0) throw new CommandError(unknownTask(name, within, onlyPackage(graph, packages)));
  const leftOut = scope.kind === 'recursive' ? found.filter(runsItself) : [];
  const notes = leftOut.map((task) => `${taskLabel(task)} is left out: it runs '${name}' in every package itself`);
  return { tasks: found.filter((task) => !leftOut.includes(task)), notes: [...filterNotes, ...notes] };
}

function onlyPackage({ workspace }: TaskGraph, [first, ...others]: readonly WorkspacePath[]): Package | undefined {
  return others.length > 0 ? undefined : workspace.packages.find((one) => one.directory === first);
}

/** The hint names the nearest tasks, else all there are. */
function unknownTask(name: string, tasks: readonly Task[], owner: Package | undefined): Diagnostic {
  const known = [...new Set(tasks.map((task) => task.name))].sort();
  const where = owner === undefined ? 'any package' : (owner.name ?? `'${owner.directory || '.'}'`);
  const all = known.length === 0 ? 'There are no tasks' : `The tasks are ${listed(known)}`;
  const hint = [suggestion(name, known), all].filter((text) => text !== undefined).join(' ');
  return { code: 'unknown-task', message: `Task '${name}' is not in ${where}`, hint };
}

function listed(names: readonly string[]): string {
  const most = 20;
  return names.slice(0, most).join(', ') + (names.length > most ? ` and ${names.length - most} more` : '');
}
