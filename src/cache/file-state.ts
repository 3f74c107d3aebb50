import type { Digest } from '../base/digest.ts';
import type { Stamp } from '../base/files.ts';
import { isInside, joinPath, toWorkspacePath, type AbsolutePath } from '../base/path.ts';

/** What stands at a path, as far as a step can depend on it. Content is kind + digest + owner-execute bit. */
export type FileState =
  | { readonly kind: 'absent' }
  | {
      readonly kind: 'file';
      readonly digest: Digest;
      readonly executable: boolean;
      readonly mode: number;
      readonly size: number;
      readonly stamp?: Stamp;
    }
  | { readonly kind: 'directory'; readonly mode: number; readonly stamp?: Stamp }
  /** `target` as `portableTarget` has it. */
  | { readonly kind: 'link'; readonly target: string; readonly stamp?: Stamp }
  /** A socket, FIFO or device, or a file that cannot be read or does not hold still. */
  | { readonly kind: 'other'; readonly stamp?: Stamp };

/** A link target that stays right when the workspace is moved: one inside the workspace is held relative to it. */
export function portableTarget(root: AbsolutePath, target: string): string {
  return target.startsWith('/') && isInside(root, target) ? INSIDE + toWorkspacePath(root, target as AbsolutePath) : target;
}

/** What a portable target is in the workspace at `root`. */
export function localTarget(root: AbsolutePath, target: string): string {
  return target.startsWith(INSIDE) ? joinPath(root, target.slice(INSIDE.length)) : target;
}

/** No real target holds this. */
const INSIDE = '\0';

export const absent: FileState = { kind: 'absent' };

/** The stamp under which the state was read, where there is one. */
export function stampIn(state: FileState): Stamp | undefined {
  return 'stamp' in state ? state.stamp : undefined;
}

export function isExecutable(mode: number): boolean {
  return (mode & 0o100) !== 0;
}

export function permissionsOf(mode: number): number {
  return mode & 0o7777;
}
