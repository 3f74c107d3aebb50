import { isInside, normalizeAbsolute, parentOf, type AbsolutePath } from '../../src/base/path.ts';
import type { Entry, FileTree } from './file-tree.ts';

export interface Place {
  /** As the task spelled it where that is in the workspace, else where it leads to. */
  readonly path: AbsolutePath;
  readonly isInside: boolean;
  /** Where it really is, and what stands there; behind a link if that is followed. */
  readonly real: AbsolutePath;
  readonly entry: Entry | undefined;
  /** The last name is a link. */
  readonly isLink: boolean;
  /** Directories of the workspace that a `..` left. */
  readonly left: readonly { readonly path: AbsolutePath; readonly entry: Entry | undefined }[];
}

/** What a path of a call means in the tree as it is at that moment; `undefined`: a `..` leaves what is no directory. */
export function placeOf(tree: FileTree, root: AbsolutePath, spelling: Spelling): Walked {
  const { text } = spelling;
  const follow = spelling.follow || text.endsWith('/') || text.endsWith('/.');
  const left: { path: AbsolutePath; entry: Entry | undefined }[] = [];
  let path = text.startsWith('/') ? ('/' as AbsolutePath) : spelling.base;
  let isReal = true;
  let { isElsewhere } = spelling;
  const isSpelled = (path: AbsolutePath) => !isElsewhere && isInside(root, path);
  for (const name of text.split('/')) {
    if (name === '' || name === '.') continue;
    if (name !== '..') {
      path = normalizeAbsolute(`${path}/${name}`);
      isReal = false;
      continue;
    }
    if (!isReal) {
      const found = tree.find(path, true);
      const seen = isSpelled(path) ? path : found.path;
      if (isInside(root, seen)) left.push({ path: seen, entry: found.entry });
      if (found.entry?.kind !== 'directory') return { left };
      path = found.path;
      isElsewhere = false;
    }
    path = parentOf(path);
    isReal = true;
  }
  const last = tree.find(path, false);
  const found = follow ? tree.find(path, true) : last;
  const shown = isSpelled(path) ? path : found.path;
  const place = { path: shown, isInside: isInside(root, shown), real: found.path, entry: found.entry };
  return { left, place: { ...place, isLink: last.entry?.kind === 'link' && (isSpelled(path) || !follow), left } };
}

export interface Spelling {
  readonly base: AbsolutePath;
  readonly text: string;
  readonly follow: boolean;
  /** The text is not what the task wrote: that was a path outside the workspace. */
  readonly isElsewhere: boolean;
}

interface Walked {
  readonly left: Place['left'];
  readonly place?: Place;
}
