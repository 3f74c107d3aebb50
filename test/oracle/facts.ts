import type { AbsolutePath } from '../../src/base/path.ts';

/** What was done to a path, whatever call did it. */
export type Deed =
  | 'read'
  | 'look'
  /** At a link, not at what is behind it. */
  | 'look at link'
  | 'absence'
  /** Of what a link leads to. */
  | 'absence behind link'
  | 'readlink'
  | 'list'
  | 'execute'
  | 'write'
  | 'mkdir'
  | 'symlink'
  | 'chmod'
  | 'remove'
  | 'rename'
  | 'link';

/** One deed at one path of the workspace; spelled as the task spelled it, without `.` and `//`, so links may lie in it. */
export interface Fact {
  readonly deed: Deed;
  readonly path: AbsolutePath;
  /** The second name of a rename or a hard link. */
  readonly to?: AbsolutePath;
}

export function keyOf({ deed, path, to }: Fact): string {
  return to === undefined ? `${deed} ${path}` : `${deed} ${path} => ${to}`;
}

/** The columns of the table. */
export const columns = ['reads', 'looks', 'links', 'absences', 'listings', 'executed', 'writes', 'deletes', 'renames'] as const;

export type Column = (typeof columns)[number];

export function columnOf(deed: Deed): Column {
  switch (deed) {
    case 'read':
      return 'reads';
    case 'look':
    case 'look at link':
      return 'looks';
    case 'readlink':
      return 'links';
    case 'absence':
    case 'absence behind link':
      return 'absences';
    case 'list':
      return 'listings';
    case 'execute':
      return 'executed';
    case 'remove':
      return 'deletes';
    case 'rename':
      return 'renames';
    case 'write':
    case 'mkdir':
    case 'symlink':
    case 'chmod':
    case 'link':
      return 'writes';
  }
}
