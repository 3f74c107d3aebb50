import { chmodSync, copyFileSync, lstatSync, mkdirSync, readlinkSync, renameSync, rmdirSync, rmSync, symlinkSync } from 'node:fs';
import { codeOf, randomHex, removeIfPossible, temporaryName } from '../base/files.ts';
import { fsPath, isInside, joinPath, parentOf, type AbsolutePath, type WorkspacePath } from '../base/path.ts';
import type { OutputFile } from './entry.ts';
import { localTarget } from './file-state.ts';

/**
 * Where the files and links of one restore wait, and what of it can be put in place by one move: an output directory of
 * which nothing is there waits as the whole tree that it will be. To make files elsewhere and move each takes twice as long.
 */
export interface Staging {
  /** Below the scratch directory. */
  readonly places: ReadonlyMap<WorkspacePath, string>;
  /** Every directory that is staged as a whole. */
  readonly trees: readonly WorkspacePath[];
  /** What holds the rest, one by one. */
  readonly loose: string;
}

/** `isAbsent`: nothing is at the path now. */
export function planStaging(outputs: readonly OutputFile[], isAbsent: (path: WorkspacePath) => boolean): Staging {
  const id = randomHex();
  const trees = topmost(outputs.filter(({ kind, path }) => kind === 'directory' && isAbsent(path)).map(({ path }) => path));
  const places = new Map<WorkspacePath, string>();
  outputs.forEach(({ path, kind }, index) => {
    const tree = trees.findIndex((one) => isInside(one, path));
    if (tree >= 0) places.set(path, `${id}-${tree}${path.slice(trees[tree]?.length)}`);
    else if (kind !== 'directory') places.set(path, `${id}/${index}`);
  });
  return { places, trees, loose: id };
}

function topmost(directories: readonly WorkspacePath[]): WorkspacePath[] {
  const found: WorkspacePath[] = [];
  for (const path of directories.toSorted((a, b) => a.length - b.length)) if (!found.some((one) => isInside(one, path))) found.push(path);
  return found;
}

/** Makes the links, under their final targets, and the directories of trees. The files are the pool's to make. */
export function stageOthers(root: AbsolutePath, outputs: readonly OutputFile[], staging: Staging, scratch: AbsolutePath): void {
  for (const output of outputs) {
    const name = staging.places.get(output.path);
    if (name === undefined || output.kind === 'file') continue;
    const place = joinPath(scratch, name);
    mkdirSync(fsPath(output.kind === 'directory' ? place : parentOf(place)), { recursive: true });
    if (output.kind === 'link') symlinkSync(fsPath(localTarget(root, output.target)), fsPath(place));
  }
}

/** As a rule all that was in it has found its place. */
export function removeStaging({ places, trees, loose }: Staging, unplaced: readonly WorkspacePath[], scratch: AbsolutePath): void {
  const isLoose = ([path, place]: readonly [WorkspacePath, string]) => !trees.includes(path) && place.startsWith(`${loose}/`);
  if ([...places].some(isLoose)) removeEmpty(joinPath(scratch, loose));
  for (const tree of unplaced) removeIfPossible(joinPath(scratch, places.get(tree) ?? loose));
}

function removeEmpty(directory: AbsolutePath): void {
  try {
    rmdirSync(directory);
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    removeIfPossible(directory);
  }
}

/** Moves one staged file or link to where it goes, over what is there. */
export function moveIntoPlace(staged: AbsolutePath, path: AbsolutePath): void {
  try {
    renameSync(fsPath(staged), fsPath(path));
  } catch (error) {
    if (codeOf(error) !== 'EXDEV') throw error;
    copyIntoPlace(staged, path);
  }
}

/** For an output on another file system than the cache: copied beside its place and renamed there. */
function copyIntoPlace(staged: AbsolutePath, path: AbsolutePath): void {
  const beside = fsPath(temporaryName(path));
  try {
    const staging = lstatSync(fsPath(staged));
    if (staging.isSymbolicLink()) symlinkSync(readlinkSync(fsPath(staged), { encoding: 'buffer' }), beside);
    else {
      copyFileSync(fsPath(staged), beside);
      chmodSync(beside, staging.mode);
    }
    renameSync(beside, fsPath(path));
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
}
