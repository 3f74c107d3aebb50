import { kindOf, orUnreadable, stampBehind } from '../base/files.ts';
import { isInside, normalizeAbsolute, toWorkspacePath, type AbsolutePath, type WorkspacePath } from '../base/path.ts';

export interface PathContext {
  readonly root: AbsolutePath;
  /** Where the command runs that names the path. */
  readonly cwd: WorkspacePath;
  /** What the answer is relative to: as a rule the checkout, in which the workspace may be a directory. */
  readonly base: AbsolutePath;
}

/** The file of the workspace that a command means by a path; many a tool names files from the root wherever it runs. */
export function locatedFile(path: string, { root, cwd, base }: PathContext): string | undefined {
  const places = path.startsWith('/') ? [path] : [`${root}/${cwd}/${path}`, `${root}/${path}`];
  const file = places.map(normalizeAbsolute).find((place) => isInside(root, place) && isFile(place));
  return file === undefined ? undefined : toWorkspacePath(isInside(base, root) ? base : root, file);
}

function isFile(path: AbsolutePath): boolean {
  const stamp = orUnreadable(() => stampBehind(path));
  return stamp !== undefined && kindOf(stamp) === 'file';
}
