import { chmodSync, mkdirSync, renameSync, rmdirSync, rmSync, unlinkSync } from 'node:fs';
import { codeOf, isAbsence, kindOf, sameStamp, stampOf, type Stamp } from '../base/files.ts';
import { displayPath, fsPath, isInside, joinPath, parentOf, type AbsolutePath, type WorkspacePath } from '../base/path.ts';
import type { OutputFile } from './entry.ts';
import { fault, isFault, type CacheFault } from './fault.ts';
import { absent, type FileState } from './file-state.ts';
import type { FileStates } from './file-states.ts';
import type { BlobPool } from './ports.ts';
import { isAsRecorded } from './restore-plan.ts';
import { moveIntoPlace, planStaging, removeStaging, stageOthers, type Staging } from './staging.ts';
import type { Pending } from './task-view.ts';

/** What was done, by the index of the step that called for it. */
export interface Restored {
  readonly written: ReadonlyMap<number, number>;
  readonly removed: ReadonlyMap<number, number>;
  /** Every path that was changed. */
  readonly touched: ReadonlySet<WorkspacePath>;
}

export interface RestoreWorld {
  readonly states: FileStates;
  readonly pool: BlobPool;
  readonly blobs: AbsolutePath;
  /** For what is unpacked and not yet in place; on the file system of the workspace where possible. */
  readonly scratch: AbsolutePath;
}

/**
 * Makes the planned changes, and none beyond them. Every file is unpacked and verified before the first path of the
 * workspace changes, so a fault that has a `step` leaves the workspace as it was. What already is as recorded is not
 * touched: its inode and times stay.
 */
export async function applyChanges(
  label: string,
  changes: ReadonlyMap<WorkspacePath, Pending>,
  world: RestoreWorld,
): Promise<Restored | (CacheFault & { readonly step: number | undefined })> {
  const open = [...changes].filter(([, change]) => !('output' in change && change.stands));
  const now = await world.states.readAnew(open.map(([path]) => path));
  const due = open.filter(([path, change]) => !isDone(change, now.get(path) ?? absent));
  if (due.length === 0) return { written: new Map(), removed: new Map(), touched: new Set() };
  const files = due.flatMap(([, change]) =>
    'output' in change && change.output.kind === 'file' ? [{ ...change.output, step: change.step }] : [],
  );
  const { root } = world.states;
  const outputs = due.flatMap(([, change]) => ('output' in change ? [change.output] : []));
  const staging = planStaging(outputs, (path) => (now.get(path) ?? absent).kind === 'absent');
  const unplaced = new Set(staging.trees);
  try {
    if (files.length > 0) {
      const pieces = files.map((file) => ({ ...file, name: staging.places.get(file.path) ?? '' }));
      const answer = await world.pool.stage({ step: label, blobs: world.blobs, directory: world.scratch, pieces });
      if (isFault(answer)) return { ...answer, step: answer.piece === undefined ? files[0]?.step : files[answer.piece]?.step };
    }
    const left = await stillDue(due, changes, world.states);
    if (isFault(left)) return left;
    stageOthers(root, outputs, staging, world.scratch);
    return place(left, { root, scratch: world.scratch, staging, unplaced, isWhole: left.length === due.length });
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined) throw error;
    return { ...fault(`outputs could not be restored: ${code}`), step: undefined };
  } finally {
    for (const [path] of due) world.states.disk.changed(joinPath(root, path));
    removeStaging(staging, [...unplaced], world.scratch);
  }
}

function isDone(change: Pending, now: FileState): boolean {
  return 'output' in change ? isAsRecorded(change.output, now) : now.kind === 'absent';
}

/**
 * What is left to do, or what is in the way of it. What another run in this checkout has done meanwhile is no longer due:
 * two that restore the same are in nobody's way.
 */
async function stillDue(
  due: readonly [WorkspacePath, Pending][],
  changes: ReadonlyMap<WorkspacePath, Pending>,
  states: FileStates,
): Promise<readonly [WorkspacePath, Pending][] | (CacheFault & { readonly step: number })> {
  const barrier = findBarrier(states.root, changes, due);
  if (barrier === undefined) return due;
  const now = await states.readAnew(due.map(([path]) => path));
  const left = due.filter(([path, change]) => !isDone(change, now.get(path) ?? absent));
  return left.length === due.length ? barrier : stillDue(left, changes, states);
}

/** What has come up since the changes were planned: somebody's work where something is to go, or a link on the way there. */
function findBarrier(
  root: AbsolutePath,
  changes: ReadonlyMap<WorkspacePath, Pending>,
  due: readonly [WorkspacePath, Pending][],
): (CacheFault & { readonly step: number }) | undefined {
  const passable = new Set<WorkspacePath>(['' as WorkspacePath]);
  for (const [path, { step, found }] of due) {
    const barrier = isAsFound(found, stampOf(joinPath(root, path))) ? barredAbove(root, path, changes, passable) : path;
    if (barrier !== undefined) return { ...fault(`'${displayPath(barrier)}' changed while outputs were restored`), step };
  }
  return undefined;
}

function isAsFound(found: Stamp | undefined, now: Stamp | undefined): boolean {
  // A directory's times move with every name made in it.
  if (found && now && kindOf(found) === 'directory' && kindOf(now) === 'directory') return true;
  return sameStamp(found, now);
}

/** The nearest thing above the path that is no directory and is not to change. Adds to `passable`, above which nothing is. */
function barredAbove(
  root: AbsolutePath,
  path: WorkspacePath,
  changes: ReadonlyMap<WorkspacePath, Pending>,
  passable: Set<WorkspacePath>,
): WorkspacePath | undefined {
  const passed: WorkspacePath[] = [];
  for (let above = parentOf(path); !passable.has(above); above = parentOf(above)) {
    const stamp = changes.has(above) ? undefined : stampOf(joinPath(root, above));
    if (stamp && kindOf(stamp) !== 'directory') return above;
    passed.push(above);
  }
  for (const above of passed) passable.add(above);
  return undefined;
}

interface Placing {
  readonly root: AbsolutePath;
  readonly scratch: AbsolutePath;
  readonly staging: Staging;
  /** Trees that wait; those that were placed are taken out. */
  readonly unplaced: Set<WorkspacePath>;
  /** All that is staged is to be placed. */
  readonly isWhole: boolean;
}

/** Removals first, deepest first; then outputs, parents first. */
function place(due: readonly [WorkspacePath, Pending][], placing: Placing): Restored {
  const { root, scratch, staging } = placing;
  const removals = due.filter(([, change]) => !('output' in change)).sort(([a], [b]) => b.length - a.length);
  const outputs = due.flatMap(([, change]) => ('output' in change ? [change.output] : []));
  const removed = removals.filter(([path]) => remove(joinPath(root, path)));
  const made = new Set<AbsolutePath>();
  const placed = placing.isWhole ? staging.trees.filter((tree) => placeTree(tree, placing, made)) : [];
  for (const output of outputs.toSorted((a, b) => (a.path < b.path ? -1 : 1))) {
    if (placed.some((tree) => isInside(tree, output.path))) continue;
    const staged = staging.places.get(output.path);
    put(root, output, staged === undefined ? undefined : joinPath(scratch, staged), made);
  }
  // Last, since a directory without the write bit would keep its own files out, and could not be moved.
  for (const output of outputs.toSorted((a, b) => (a.path < b.path ? 1 : -1)))
    if (output.kind === 'directory') chmodSync(fsPath(joinPath(root, output.path)), output.mode);
  const written = due.filter(([, change]) => 'output' in change && change.output.kind !== 'directory');
  const touched = new Set([...written, ...removed].map(([path]) => path));
  return { written: countBySteps(written), removed: countBySteps(removed), touched };
}

/** Whether a whole tree was moved into place. It cannot be on another file system, or where another run has put something meanwhile. */
function placeTree(tree: WorkspacePath, { root, scratch, staging, unplaced }: Placing, made: Set<AbsolutePath>): boolean {
  const path = joinPath(root, tree);
  makeParents(path, made);
  try {
    renameSync(fsPath(joinPath(scratch, staging.places.get(tree) ?? '')), fsPath(path));
  } catch (error) {
    if (!['EXDEV', 'ENOTEMPTY', 'EEXIST', 'ENOTDIR'].includes(codeOf(error) ?? '')) throw error;
    return false;
  }
  unplaced.delete(tree);
  return true;
}

function countBySteps(changes: readonly [WorkspacePath, Pending][]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const [, { step }] of changes) counts.set(step, (counts.get(step) ?? 0) + 1);
  return counts;
}

/** Whether a file or link was removed. A directory goes only when it is empty. */
function remove(path: AbsolutePath): boolean {
  const stamp = stampOf(path);
  if (stamp === undefined) return false;
  if (kindOf(stamp) !== 'directory') {
    rmSync(fsPath(path), { force: true });
    return true;
  }
  try {
    rmdirSync(fsPath(path));
  } catch (error) {
    if (codeOf(error) !== 'ENOTEMPTY' && !isAbsence(error)) throw error;
  }
  return false;
}

/** `made`: directories that are known to be there. */
function put(root: AbsolutePath, output: OutputFile, staged: AbsolutePath | undefined, made: Set<AbsolutePath>): void {
  const path = joinPath(root, output.path);
  const before = stampOf(path);
  if (before && kindOf(before) === 'directory' && output.kind !== 'directory') rmdirSync(fsPath(path));
  makeParents(path, made);
  switch (output.kind) {
    case 'directory':
      if (before && kindOf(before) !== 'directory') unlinkSync(fsPath(path));
      mkdirSync(fsPath(path), { recursive: true });
      return;
    case 'link':
    case 'file':
      if (staged) moveIntoPlace(staged, path);
  }
}

function makeParents(path: AbsolutePath, made: Set<AbsolutePath>): void {
  const parent = parentOf(path);
  if (!made.has(parent)) mkdirSync(fsPath(parent), { recursive: true });
  made.add(parent);
}
