import type { WorkspacePath } from '../base/path.ts';
import type { MissReason } from '../cache/miss-reason.ts';
import type { NotStoredReason } from '../cache/not-stored.ts';

/** What keeps a step from hitting, as far as it can be the same from run to run. */
export type Cause =
  | { readonly kind: 'miss'; readonly reason: MissReason }
  /** Changes of one sort to the files of one directory, be they others each time. */
  | { readonly kind: 'miss-below'; readonly code: MissReason['code']; readonly directory: WorkspacePath }
  | { readonly kind: 'not-stored'; readonly reason: NotStoredReason };

/** A step that did not hit in several runs in a row, always for the same cause. */
export interface NeverHit {
  readonly label: string;
  readonly index: number;
  readonly command: string;
  readonly runs: number;
  readonly cause: Cause;
  /** Further causes of which that is as true. */
  readonly more: number;
  /** The names and patterns of variables that the task declares. */
  readonly env?: readonly string[];
}
