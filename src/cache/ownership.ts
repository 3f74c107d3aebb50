import type { Digest } from '../base/digest.ts';
import type { WorkspacePath } from '../base/path.ts';
import type { TaskId } from '../graph/task.ts';
import type { StepOwner } from '../plan/planned.ts';
import { permissionsOf, type FileState } from './file-state.ts';

/** Which step of which task last wrote a path, and what it left there. */
export interface Ownership {
  readonly owner: StepOwner;
  readonly task: TaskId;
  /** The step's index in its task. */
  readonly index: number;
  readonly left: LeftState;
  /** The step made the path (nothing, or its own work, was there before): only then may a restore remove it. */
  readonly made: boolean;
}

export type LeftState =
  | { readonly kind: 'file'; readonly digest: Digest; readonly mode: number }
  | { readonly kind: 'directory'; readonly mode: number }
  | { readonly kind: 'link'; readonly target: string };

/** Which stored entry a step last recorded or restored. */
export interface EntryRef {
  readonly key: Digest;
  readonly id: string;
  /** The step was executed since, and nothing of that was stored. */
  readonly isOld?: true;
  /** When the store was last told that the entry serves. */
  readonly usedAt?: number;
}

/** Whether what stands at a path is still what its owner left. */
export function stillStands(left: LeftState, now: FileState | undefined): boolean {
  switch (left.kind) {
    case 'file':
      return now?.kind === 'file' && now.digest === left.digest;
    case 'directory':
      return now?.kind === 'directory';
    case 'link':
      return now?.kind === 'link' && now.target === left.target;
  }
}

export function isSameLeft(a: LeftState, b: LeftState): boolean {
  switch (a.kind) {
    case 'file':
      return b.kind === 'file' && a.digest === b.digest && a.mode === b.mode;
    case 'directory':
      return b.kind === 'directory' && a.mode === b.mode;
    case 'link':
      return b.kind === 'link' && a.target === b.target;
  }
}

export function leftState(state: FileState): LeftState | undefined {
  switch (state.kind) {
    case 'file':
      return { kind: 'file', digest: state.digest, mode: permissionsOf(state.mode) };
    case 'directory':
      return { kind: 'directory', mode: permissionsOf(state.mode) };
    case 'link':
      return { kind: 'link', target: state.target };
    default:
      return undefined;
  }
}

export type OwnershipMap = ReadonlyMap<WorkspacePath, Ownership>;
