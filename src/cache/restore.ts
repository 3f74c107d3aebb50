import {
  chmodSync,
  copyFileSync,
  lstatSync,
  mkdirSync,
  readlinkSync,
  renameSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  unlinkSync,
} from 'node:fs';
import { randomBytes } from 'node:crypto';
import { codeOf, isAbsence, kindOf, removeIfPossible, sameStamp, stampOf, temporaryName, type Stamp } from '../base/files.ts';
import { displayPath, fsPath, joinPath, parentOf, type AbsolutePath, type WorkspacePath } from '../base/path.ts';
import type { OutputFile } from './entry.ts';
import { fault, isFault, type CacheFault } from './fault.ts';
import { absent, localTarget, type FileState } from './file-state.ts';
import type { FileStates } from './file-states.ts';
import type { BlobPool } from './ports.ts';
import { isAsRecorded } from './restore-plan.ts';
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
  const staging = joinPath(world.scratch, randomBytes(8).toString('hex'));
  try {
    if (files.length > 0) {
      const staged = await world.pool.stage({ step: label, blobs: world.blobs, directory: staging, pieces: files });
      if (isFault(staged)) return { ...staged, step: staged.piece === undefined ? files[0]?.step : files[staged.piece]?.step };
    }
    const left = await stillDue(due, changes, world.states);
    if (isFault(left)) return left;
    const ready = new Map(files.map(({ path }, index) => [path, joinPath(staging, String(index))]));
    for (const [path, place] of stageLinks(world.states.root, left, staging)) ready.set(path, place);
    return place(world.states.root, left, ready);
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined) throw error;
    return { ...fault(`outputs could not be restored: ${code}`), step: undefined };
  } finally {
    for (const [path] of due) world.states.disk.changed(joinPath(world.states.root, path));
    removeIfPossible(staging);
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
  for (const [path, { step, found }] of due) {
    const barrier = isAsFound(found, stampOf(joinPath(root, path))) ? barredAbove(root, path, changes) : path;
    if (barrier !== undefined) return { ...fault(`'${displayPath(barrier)}' changed while outputs were restored`), step };
  }
  return undefined;
}

function isAsFound(found: Stamp | undefined, now: Stamp | undefined): boolean {
  // A directory's times move with every name made in it.
  if (found && now && kindOf(found) === 'directory' && kindOf(now) === 'directory') return true;
  return sameStamp(found, now);
}

/** The nearest thing above the path that is no directory and is not to change. */
function barredAbove(root: AbsolutePath, path: WorkspacePath, changes: ReadonlyMap<WorkspacePath, Pending>): WorkspacePath | undefined {
  for (let above = parentOf(path); above !== ''; above = parentOf(above)) {
    const stamp = changes.has(above) ? undefined : stampOf(joinPath(root, above));
    if (stamp && kindOf(stamp) !== 'directory') return above;
  }
  return undefined;
}

/** Makes the links that are due in the staging directory, under their final targets. */
function stageLinks(root: AbsolutePath, due: readonly [WorkspacePath, Pending][], staging: AbsolutePath): [WorkspacePath, AbsolutePath][] {
  const links = due.flatMap(([, change]) => ('output' in change && change.output.kind === 'link' ? [change.output] : []));
  if (links.length > 0) mkdirSync(staging, { recursive: true });
  return links.map(({ path, target }, index) => {
    const staged = joinPath(staging, `link-${index}`);
    symlinkSync(fsPath(localTarget(root, target)), staged);
    return [path, staged];
  });
}

/** Removals first, deepest first; then outputs, parents first. */
function place(root: AbsolutePath, due: readonly [WorkspacePath, Pending][], staged: ReadonlyMap<WorkspacePath, AbsolutePath>): Restored {
  const removals = due.filter(([, change]) => !('output' in change)).sort(([a], [b]) => b.length - a.length);
  const outputs = due.flatMap(([, change]) => ('output' in change ? [change.output] : []));
  const removed = removals.filter(([path]) => remove(joinPath(root, path)));
  for (const output of outputs.sort((a, b) => (a.path < b.path ? -1 : 1))) put(root, output, staged.get(output.path));
  // Last, since a directory without the write bit would keep its own files out.
  for (const output of outputs.toReversed()) if (output.kind === 'directory') chmodSync(fsPath(joinPath(root, output.path)), output.mode);
  const written = due.filter(([path]) => staged.has(path));
  const touched = new Set([...written, ...removed].map(([path]) => path));
  return { written: countBySteps(written), removed: countBySteps(removed), touched };
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

function put(root: AbsolutePath, output: OutputFile, staged: AbsolutePath | undefined): void {
  const path = joinPath(root, output.path);
  const before = stampOf(path);
  if (before && kindOf(before) === 'directory' && output.kind !== 'directory') rmdirSync(fsPath(path));
  makeParents(path);
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

function makeParents(path: AbsolutePath): void {
  mkdirSync(fsPath(parentOf(path)), { recursive: true });
}

function moveIntoPlace(staged: AbsolutePath, path: AbsolutePath): void {
  try {
    renameSync(staged, fsPath(path));
  } catch (error) {
    if (codeOf(error) !== 'EXDEV') throw error;
    copyIntoPlace(staged, path);
  }
}

/** For an output on another file system than the cache: copied beside its place and renamed there. */
function copyIntoPlace(staged: AbsolutePath, path: AbsolutePath): void {
  const beside = fsPath(temporaryName(path));
  try {
    const staging = lstatSync(staged);
    if (staging.isSymbolicLink()) symlinkSync(readlinkSync(staged, { encoding: 'buffer' }), beside);
    else {
      copyFileSync(staged, beside);
      chmodSync(beside, staging.mode);
    }
    renameSync(beside, fsPath(path));
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
}
