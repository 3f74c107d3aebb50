import { codeOf, readLink, realPath } from '../base/files.ts';
import { joinPath, nameOf, normalizeAbsolute, parentOf, toWorkspacePath, type AbsolutePath, type WorkspacePath } from '../base/path.ts';
import type { FileSelection } from '../graph/task.ts';
import { isDeclared } from '../plan/declared-files.ts';
import type { PlannedStep } from '../plan/planned.ts';
import type { Entry } from './entry.ts';

/**
 * Whether a path is one that tools said to mean nothing, or lies below one. What the globs of the task name does mean
 * something, whatever tools say.
 */
export function ignoring(paths: readonly WorkspacePath[], declared: FileSelection): (path: WorkspacePath) => boolean {
  if (paths.length === 0) return () => false;
  const isCovered = covering(paths);
  return (path) => isCovered(path) && !isDeclared(declared, path);
}

/** What a hit of the entry neither puts in place nor takes away. */
export function ignoredOutputsOf({ ignoredOutputs }: Entry, { caching }: PlannedStep): (path: WorkspacePath) => boolean {
  return caching.kind === 'cached' ? ignoring(ignoredOutputs, caching.output) : () => false;
}

/** Whether a path is one of `paths` or lies below one, be it outside the workspace or above it. */
export function covering(paths: Iterable<WorkspacePath>): (path: WorkspacePath) => boolean {
  const all = new Set(paths);
  let highest = -1;
  for (const path of all) if (isAbove(path)) highest = Math.max(highest, levelsUp(path));
  return (path) => {
    if (levelsUp(path) <= highest) return true;
    for (let at = path; !isAbove(at); at = parentOf(at)) if (all.has(at)) return true;
    return false;
  };
}

/** Whether the path is the workspace or a directory around it. */
export function isAbove(path: WorkspacePath): boolean {
  return path === '' || levelsUp(path) * 3 === path.length + 1;
}

/** How many `..` a path begins with. */
function levelsUp(path: WorkspacePath): number {
  let levels = 0;
  while (path.startsWith('..', levels * 3) && (path.length === levels * 3 + 2 || path[levels * 3 + 2] === '/')) levels++;
  return levels;
}

/**
 * Absolute paths, as tools report them, by every name under which a trace may know them; sorted, without what lies below
 * another. A trace has real paths, and each link by its own: so a path that leads through links is meant by all their names.
 */
export function ignoredPaths(reported: readonly string[], root: AbsolutePath): WorkspacePath[] {
  const links = new Links();
  // No path holds a NUL, and a relative one could be below any directory.
  const usable = reported.filter((path) => path.startsWith('/') && !path.includes('\0'));
  const all = usable.flatMap((path) => links.names(normalizeAbsolute(path))).map((path) => toWorkspacePath(root, path));
  return topmost(all).sort();
}

function topmost(paths: readonly WorkspacePath[]): WorkspacePath[] {
  const isCovered = covering(paths);
  return [...new Set(paths)].filter((path) => !isCovered(directoryAbove(path)));
}

function directoryAbove(path: WorkspacePath): WorkspacePath {
  if (path === '') return '..' as WorkspacePath;
  return isAbove(path) ? (`../${path}` as WorkspacePath) : parentOf(path);
}

/** Where paths lead as things stand now; of what is not there any more, where it would. */
class Links {
  readonly #directories = new Map<AbsolutePath, AbsolutePath>();

  /** The path as it is given, and as it is once the directories above it are resolved; so on for each link that it leads to. */
  names(path: AbsolutePath): AbsolutePath[] {
    const names = [path];
    let at = path;
    for (let hops = 0; hops < MOST_HOPS; hops++) {
      const directory = this.#realDirectory(parentOf(at));
      const here = joinPath(directory, nameOf(at));
      names.push(here);
      const target = targetOf(here);
      if (target === undefined) break;
      at = normalizeAbsolute(target.startsWith('/') ? target : `${directory}/${target}`);
    }
    return names;
  }

  #realDirectory(path: AbsolutePath): AbsolutePath {
    const known = this.#directories.get(path);
    if (known !== undefined) return known;
    // Should links lead in a circle, this is where it ends.
    this.#directories.set(path, path);
    const real = realPath(path) ?? this.names(path).at(-1) ?? path;
    this.#directories.set(path, real);
    return real;
  }
}

/** As far as Linux follows links. */
const MOST_HOPS = 40;

function targetOf(path: AbsolutePath): string | undefined {
  try {
    return readLink(path);
  } catch (error) {
    // EINVAL: not a link. Whatever else it is, it leads nowhere.
    if (codeOf(error) === undefined) throw error;
    return undefined;
  }
}
