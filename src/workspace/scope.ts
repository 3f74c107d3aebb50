import type { WorkspacePath } from '../base/path.ts';

/** Which packages a run is about. */
export type Scope =
  /** The package the user is in, or the one that `package#task` names. */
  | { readonly kind: 'current' }
  | { readonly kind: 'recursive' }
  /** That package and everything it depends on. */
  | { readonly kind: 'transitive' }
  | { readonly kind: 'root' }
  /** Patterns in pnpm's filter syntax: the union of what they name, without what `!` excludes. */
  | { readonly kind: 'filters'; readonly patterns: readonly string[]; readonly failIfNoMatch: boolean };

/** The files that differ from a git ref, relative to the workspace root. Throws `CommandError` where git cannot tell. */
export type ChangedFiles = (ref: string) => readonly WorkspacePath[];
