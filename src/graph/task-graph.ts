import { CommandError, type Diagnostic, type SourcePlace } from '../base/diagnostic.ts';
import { suggestion } from '../base/nearest.ts';
import type { WorkspacePath } from '../base/path.ts';
import { dependenciesOfKinds, type Configuration } from '../workspace/config.ts';
import { packageNamed, splitTaskName } from '../workspace/package-name.ts';
import type { Package, Workspace } from '../workspace/packages.ts';
import type { ConfiguredTask, Reference, TaskCaching } from '../workspace/resolved-config.ts';
import { findCycles } from './cycles.ts';
import { makeTaskId, taskLabel, type Task, type TaskCommand, type TaskId } from './task.ts';

/** Which tasks exist. Their `dependsOn` names tasks of the graph and has no cycles. */
export interface TaskGraph {
  readonly workspace: Workspace;
  /** Whether scripts and configured tasks are cached where neither the task nor the run says. */
  readonly cache: Configuration['cache'];
  /** By package, scripts first. */
  readonly tasks: readonly Task[];
  readonly byId: ReadonlyMap<TaskId, Task>;
  /** The packages whose config was read; of the others only the scripts are among the tasks. */
  readonly read: ReadonlySet<WorkspacePath>;
}

/** Throws all that is wrong with the configured tasks at once. */
export function buildTaskGraph(workspace: Workspace, configuration: Configuration): TaskGraph {
  const configured = new Map(configuration.packages.map((config) => [config.directory, config.tasks]));
  const drafts = workspace.packages.flatMap((owner) => [
    ...Object.keys(owner.scripts).map((name) => draftScript(owner, name, configuration)),
    ...(configured.get(owner.directory) ?? []).map((task) => draftConfigured(owner, task)),
  ]);

  const links = linkDrafts(drafts, workspace.packages);
  const tasks = links.map((link) => link.task);
  const places = new Map(drafts.map(({ task, at }) => [task.id, at]));
  const diagnostics = [
    ...drafts.flatMap((draft) => draft.diagnostics),
    ...links.flatMap((link) => link.diagnostics),
    ...findCycles(tasks).map((cycle) => describeCycle(cycle, places.get(cycle[0].id))),
  ];
  if (diagnostics.length > 0) throw new CommandError(...diagnostics);
  const byId = new Map(tasks.map((task) => [task.id, task]));
  return { workspace, cache: configuration.cache, tasks, byId, read: configuration.read };
}

/** A task before its references are resolved. */
interface Draft {
  readonly task: Omit<Task, 'dependsOn'>;
  readonly at?: SourcePlace;
  readonly references: readonly Reference[];
  readonly diagnostics: readonly Diagnostic[];
}

function draftScript(owner: Package, name: string, { enablePrePostScripts }: Configuration): Draft {
  const hooked = (prefix: string): TaskCommand[] => {
    const text = enablePrePostScripts ? owner.scripts[prefix + name] : undefined;
    return text === undefined ? [] : [{ text, takesExtraArgs: false }];
  };
  const own = { text: owner.scripts[name] ?? '', takesExtraArgs: true };
  const commands = [...hooked('pre'), own, ...hooked('post')];
  const task = { ...identityOf(owner, name), origin: 'script', commands, cwd: owner.directory, caching: nothingDeclared } as const;
  return { task, references: [], diagnostics: [] };
}

const nothingDeclared: TaskCaching = {
  enabled: undefined,
  env: [],
  untrackedEnv: [],
  input: { auto: true, include: [], exclude: [] },
  output: { auto: true, include: [], exclude: [] },
  network: 'allow',
  trace: 'full',
};

function draftConfigured(owner: Package, { name, at, commands, cwd, dependsOn, caching }: ConfiguredTask): Draft {
  const texts = commands.map((text, index) => ({ text, takesExtraArgs: index === commands.length - 1 }));
  const task = { ...identityOf(owner, name), origin: 'config', commands: texts, cwd, caching } as const;
  if (!Object.hasOwn(owner.scripts, name)) return { task, at, references: dependsOn, diagnostics: [] };
  const message = `Task '${name}' has the name of a script in ${owner.manifestPath}`;
  const clash = { code: 'task-named-as-script', message, at, hint: 'Rename the task, or remove the script' } as const;
  return { task, at, references: dependsOn, diagnostics: [clash] };
}

function identityOf(owner: Package, name: string): Pick<Task, 'id' | 'directory' | 'packageName' | 'name'> {
  return { id: makeTaskId(owner.directory, name), directory: owner.directory, packageName: owner.name, name };
}

/** Turns references into ids; each one that names nothing is a diagnostic at its place. */
function linkDrafts(drafts: readonly Draft[], packages: readonly Package[]): { task: Task; diagnostics: Diagnostic[] }[] {
  const ids = new Set(drafts.map(({ task }) => task.id));
  const namesIn = (owner: Pick<Task, 'directory'>): string[] =>
    drafts.filter(({ task }) => task.directory === owner.directory).map(({ task }) => task.name);

  const byDirectory = new Map(packages.map((one) => [one.directory, one]));
  const find = (reference: Reference, from: Draft['task']): (TaskId | Diagnostic)[] => {
    if (reference.kind === 'task') return [findNamed(reference, from)];
    const own = byDirectory.get(from.directory);
    const targets = own === undefined ? [] : dependenciesOfKinds(own, reference.from);
    return targets.map((directory) => makeTaskId(directory, reference.task)).filter((id) => ids.has(id));
  };

  const findNamed = ({ text, at }: Reference & { kind: 'task' }, from: Draft['task']): TaskId | Diagnostic => {
    const { packageName, task } = splitTaskName(text);
    const owner = packageName === undefined ? from : packageNamed(packages, packageName, at);
    if ('code' in owner) return owner;
    const id = makeTaskId(owner.directory, task);
    if (ids.has(id)) return id;
    const hint = suggestion(task, namesIn(owner));
    return {
      code: 'unknown-dependency',
      message: `'dependsOn' names '${text}', which does not exist`,
      at,
      ...(hint !== undefined && { hint }),
    };
  };

  return drafts.map(({ task, references }) => {
    const found = references.flatMap((reference) => find(reference, task));
    const dependsOn = found.filter((one) => typeof one === 'string');
    return { task: { ...task, dependsOn: [...new Set(dependsOn)] }, diagnostics: found.filter((one) => typeof one !== 'string') };
  });
}

function describeCycle(cycle: readonly Task[], at: SourcePlace | undefined): Diagnostic {
  return { code: 'task-cycle', message: `Tasks wait for each other: ${cycle.map(taskLabel).join(' → ')}`, ...(at !== undefined && { at }) };
}
