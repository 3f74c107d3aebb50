import { joinPath, parentOf, type WorkspacePath } from '../base/path.ts';
import { listDirectory, type Stamp } from '../base/files.ts';
import type { PlannedStep } from '../plan/planned.ts';
import type { Entry, OutputFile } from './entry.ts';
import { absent, permissionsOf, stampIn, type FileState } from './file-state.ts';
import { ignoredOutputsOf } from './ignored.ts';
import type { GitView } from './ports.ts';
import type { Pending, TaskView } from './task-view.ts';

export type RestorePlan =
  | { readonly kind: 'possible'; readonly changes: ReadonlyMap<WorkspacePath, Pending> }
  /** A hit would overwrite or pass through something that is not the task's own. */
  | { readonly kind: 'in-the-way'; readonly path: WorkspacePath };

/**
 * What a hit would change, or what forbids it. A user's work is never destroyed: only the task's own bytes are
 * overwritten or removed, or git-ignored files that the recorded run overwrote without looking, or from these very bytes;
 * a directory is never replaced while something is in it; and no link is passed that was not there when recorded.
 * Changes nothing.
 */
export async function planRestore(step: PlannedStep, entry: Entry, view: TaskView, git: GitView): Promise<RestorePlan> {
  const changes = new Map<WorkspacePath, Pending>();
  for (const path of removed(step, entry, view)) {
    changes.set(path, { step: step.index, removed: true, found: foundAt(path, view.own.get(path)?.state, view) });
  }
  const parents = new Set(entry.outputs.flatMap(({ path }) => directoriesAbove(path)));
  const states = await view.read([...entry.outputs.map(({ path }) => path), ...parents]);
  for (const parent of parents) {
    const kind = changes.has(parent) ? 'absent' : states.get(parent)?.kind;
    if (kind !== 'directory' && kind !== 'absent') return { kind: 'in-the-way', path: parent };
  }
  for (const output of entry.outputs) {
    const now = states.get(output.path) ?? absent;
    const isRight = isAsRecorded(output, now);
    const isSafe = isRight || mayReplace(output, now, { changes, view, git }) || isItsInput(output, now, entry, git);
    if (!isSafe) return { kind: 'in-the-way', path: output.path };
    const stands = isRight && !view.pending.has(output.path);
    const found = foundAt(output.path, now, view);
    changes.set(output.path, { step: step.index, output, made: willBeMade(output, now, view, git), stands, found });
  }
  return { kind: 'possible', changes };
}

/** What is on disk, whatever is planned for it. */
function foundAt(path: WorkspacePath, now: FileState | undefined, view: TaskView): Stamp | undefined {
  const planned = view.pending.get(path);
  return planned ? planned.found : now && stampIn(now);
}

function willBeMade(output: OutputFile, now: FileState, view: TaskView, git: GitView): boolean {
  const planned = view.pending.get(output.path);
  if (planned && 'output' in planned) return planned.made;
  return now.kind === 'absent' || (view.own.get(output.path)?.made ?? (output.blind && git.isIgnored(output.path)));
}

/** Whether what stands at the path is the output already, permissions included. */
export function isAsRecorded(output: OutputFile, now: FileState): boolean {
  switch (output.kind) {
    case 'file':
      return now.kind === 'file' && now.digest === output.digest && permissionsOf(now.mode) === output.mode;
    case 'directory':
      return now.kind === 'directory' && permissionsOf(now.mode) === output.mode;
    case 'link':
      return now.kind === 'link' && now.target === output.target;
  }
}

/**
 * Own paths that the recorded run would not have left: its step's other outputs, what it found absent, and what it removed,
 * be it of this run's making. What the recorded run said to be no output stays.
 */
function removed(step: PlannedStep, entry: Entry, view: TaskView): Set<WorkspacePath> {
  const other = [...view.own].filter(([, { owner }]) => owner === step.owner).map(([path]) => path);
  const absent = entry.fingerprint.absences.flatMap((path) => view.leftOversAt(path, step.index));
  const isPlanned = (path: WorkspacePath) => 'output' in (view.pending.get(path) ?? {});
  const unwanted = [...other, ...absent].filter((path) => view.own.get(path)?.made === true && !isPlanned(path));
  const deleted = entry.removals.flatMap((path) => view.ownAt(path)).filter(({ made }) => made);
  const isIgnored = ignoredOutputsOf(entry, step);
  return new Set([...unwanted, ...deleted.map(({ path }) => path)].filter((path) => !isIgnored(path)));
}

interface Surroundings {
  readonly changes: ReadonlyMap<WorkspacePath, Pending>;
  readonly view: TaskView;
  readonly git: GitView;
}

function mayReplace(output: OutputFile, now: FileState, { changes, view, git }: Surroundings): boolean {
  switch (now.kind) {
    case 'absent':
      return true;
    case 'directory':
      return output.kind === 'directory' || willBeEmpty(output.path, changes, view);
    case 'file':
      return isTasks(output.path, view) || (output.kind === 'file' && (holdsSameBytes(output, now) || isOverwrittenBlindly(output, git)));
    case 'link':
      return isTasks(output.path, view) || (output.kind === 'link' && isOverwrittenBlindly(output, git));
    case 'other':
      return false;
  }
}

/** Only things of one kind overwrite each other: a run makes no directory where a file is, and writes through a link. */
function isOverwrittenBlindly(output: OutputFile, git: GitView): boolean {
  return output.blind && git.isIgnored(output.path);
}

/** The git-ignored bytes that the recorded run found there before it changed them, as this run would. */
function isItsInput({ path }: OutputFile, now: FileState, { fingerprint }: Entry, git: GitView): boolean {
  return now.kind === 'file' && fingerprint.files.some((file) => file.path === path && file.digest === now.digest) && git.isIgnored(path);
}

function holdsSameBytes(output: OutputFile & { kind: 'file' }, now: FileState & { kind: 'file' }): boolean {
  return now.digest === output.digest;
}

function isTasks(path: WorkspacePath, view: TaskView): boolean {
  return view.ownerIndex(path) !== undefined;
}

/** Whether all that is in the directory is planned to go. */
function willBeEmpty(directory: WorkspacePath, changes: Surroundings['changes'], view: TaskView): boolean {
  const entries = listDirectory(joinPath(view.root, directory)) ?? [];
  return entries.every(({ name, kind }) => {
    const path = `${directory}/${name}` as WorkspacePath;
    const change = changes.get(path) ?? view.pending.get(path);
    return change !== undefined && 'removed' in change && (kind !== 'd' || willBeEmpty(path, changes, view));
  });
}

function directoriesAbove(path: WorkspacePath): WorkspacePath[] {
  const above: WorkspacePath[] = [];
  for (let parent = parentOf(path); parent !== ''; parent = parentOf(parent)) above.push(parent);
  return above;
}
