import type { Digest } from '../base/digest.ts';
import type { Stamp } from '../base/files.ts';
import type { AbsolutePath, WorkspacePath } from '../base/path.ts';
import type { ListedName } from '../execute/trace/raw-trace.ts';
import type { Trace } from '../execute/trace/trace.ts';
import type { StepOwner } from '../plan/planned.ts';
import type { InputFile, InputLink, Listing } from './entry.ts';
import type { FileState } from './file-state.ts';
import type { NotStoredReason } from './not-stored.ts';
import type { OwnPath } from './task-view.ts';

/** Everything the decision rests on, gathered beforehand: classifying reads nothing. */
export interface Evidence {
  readonly trace: Trace;
  readonly owner: StepOwner;
  readonly index: number;
  /** The task's own paths right before the step was executed. */
  readonly ownBefore: ReadonlyMap<WorkspacePath, OwnPath>;
  /** What the ledger gives to the step and what was not there, or not as it had left it, right before. */
  readonly vanished: ReadonlySet<WorkspacePath>;
  /** Left over from an earlier run, right before the step was executed (`TaskView.isLeftOver`). */
  readonly wasLeftOver: (path: WorkspacePath) => boolean;
  /**
   * The step's last execution rested on inputs that still exist and that this one never looked at, or it is not known
   * what it rested on. Then what it made is no result of what this execution saw.
   */
  readonly restsOnUnseen: boolean;
  /** The outputs of the step's last execution; `undefined`: not known. */
  readonly lastOutputs: ReadonlySet<WorkspacePath> | undefined;
  /** The state after the step of every path in the trace, below moved trees, and of every own path. */
  readonly now: (path: WorkspacePath) => FileState;
  /** The names in a listed directory after the step. */
  readonly namesNow: (directory: WorkspacePath) => readonly ListedName[] | undefined;
  /** Everything that stands below the directories that were moved as a whole. */
  readonly moved: ReadonlySet<WorkspacePath>;
  readonly isGitIgnored: (path: WorkspacePath) => boolean;
  /** The digest that a path had under a stamp before the step, if it is known. */
  readonly knownDigest: (path: WorkspacePath, stamp: Stamp) => Digest | undefined;
  /** What stood before at a path outside the workspace differs from now. */
  readonly changedOutside: (path: AbsolutePath, before: Stamp | undefined) => boolean;
  /** Places outside the workspace that may be written freely: temp directories, `$HOME/.*`, XDG directories, /dev, /proc. */
  readonly isFreeOutside: (path: AbsolutePath) => boolean;
  /** Excluded from the inputs by the user's configuration, or because a tool said so. */
  readonly isExcludedInput: (path: WorkspacePath) => boolean;
  /** A tool said that its looks at the path mean nothing. */
  readonly isIgnoredInput: (path: WorkspacePath) => boolean;
  /** A tool said that what becomes of the path means nothing. */
  readonly isIgnoredOutput: (path: WorkspacePath) => boolean;
}

/** What an execution depended on and left, or why that cannot be told. */
export interface Classified {
  readonly files: readonly InputFile[];
  readonly absences: readonly WorkspacePath[];
  readonly links: readonly InputLink[];
  readonly directories: readonly WorkspacePath[];
  readonly listings: readonly Listing[];
  /** The final state of what the step wrote. */
  readonly written: ReadonlyMap<WorkspacePath, Written>;
  /** Own paths that the step relied on and left as they were. */
  readonly carried: readonly WorkspacePath[];
  readonly removals: readonly WorkspacePath[];
  /** What stood there was nobody's of the task's and was removed unread, as a tool said: nothing may stand there for the result to serve. */
  readonly cleared: readonly WorkspacePath[];
  readonly refusals: readonly NotStoredReason[];
}

interface Written {
  readonly blind: boolean;
  /** Nothing, or the task's own work, was there before. */
  readonly made: boolean;
}

/** `Classified` in the making. */
export interface Draft {
  files: InputFile[];
  absences: WorkspacePath[];
  links: InputLink[];
  directories: WorkspacePath[];
  listings: Listing[];
  written: Map<WorkspacePath, Written>;
  carried: Set<WorkspacePath>;
  removals: WorkspacePath[];
  cleared: WorkspacePath[];
  refusals: NotStoredReason[];
}
