import type { Stamp } from '../../base/files.ts';
import type { AbsolutePath, WorkspacePath } from '../../base/path.ts';
import type { Incomplete, ListedName, RawVariable } from './raw-trace.ts';

/** What one execution touched: the raw events, links resolved, folded per path. */
export interface Trace {
  /** By real path; those outside the workspace only where a link of it leads there. */
  readonly paths: ReadonlyMap<WorkspacePath, PathHistory>;
  /** Links that were passed through on the way to another path. */
  readonly crossedLinks: ReadonlySet<WorkspacePath>;
  /** Every program and interpreter that was executed, wherever it lies, with its stamp when it first was. */
  readonly programs: ReadonlyMap<AbsolutePath, Stamp | undefined>;
  /** Paths outside the workspace that were written, renamed or removed, with their state before. */
  readonly writtenOutside: ReadonlyMap<AbsolutePath, Stamp | undefined>;
  /** Directories that were renamed as a whole, to where they went. */
  readonly movedTrees: readonly { readonly from: WorkspacePath; readonly to: WorkspacePath }[];
  readonly network: readonly string[];
  readonly variables: readonly RawVariable[];
  readonly incomplete?: Incomplete;
}

/** One path over the whole execution. "Changed" means by the execution itself. */
export interface PathHistory {
  /** The stamp right before the first access; `undefined`: nothing was there. */
  readonly before: Stamp | undefined;
  /** Looked at (read, stat'ed, listed, crossed as a link) before it was first changed. */
  readonly looked: boolean;
  /** Looked at only to see whether it is there and what kind it is. */
  readonly statOnly: boolean;
  /** Listed: the names of the directory as they were when it was first opened. */
  readonly names: readonly ListedName[] | undefined;
  /** Written, made, renamed into place or given a mode. */
  readonly changed: boolean;
  /** The first change kept the bytes that were there (append, `r+`, chmod). */
  readonly keptBytes: boolean;
  /** Removed or renamed away at some time. */
  readonly removed: boolean;
  /** A change by the execution moved the ctime without touching the bytes (a hard link was made). */
  readonly restamped: boolean;
  /** Its state differed between two accesses although the execution had not changed it in between. */
  readonly contradicted: boolean;
}
