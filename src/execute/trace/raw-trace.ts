import type { AbsolutePath } from '../../base/path.ts';
import type { Stamp } from '../../base/files.ts';

/**
 * What the trace helper saw, in the order of the calls. Paths are absolute and free of `.` and `..`, but may still pass
 * through links. Only paths in the workspace (or in a tree that a link of it leads to) are reported, except `executed`
 * and the kinds that change files, which are reported everywhere.
 */
export interface RawTrace {
  readonly events: readonly RawEvent[];
  /** In no order, each told once or more by each process. */
  readonly variables: readonly RawVariable[];
  /** Why the trace does not hold everything; absent when every descendant's end was seen and no event was lost. */
  readonly incomplete?: Incomplete;
  /** `host:port` of each address outside loopback that a program connected to. */
  readonly network: readonly string[];
  /** Set-user-id programs and their like, which ran without their privileges because of the trace. */
  readonly unprivileged: readonly string[];
  readonly notifications: number;
  /** CPU time of the helper. */
  readonly supervisorMs: number;
}

export interface Incomplete {
  readonly program: string;
  readonly why: string;
}

/** A program asked for one variable by its name, and got a value or (`isSet` false) none. Who looks through all of them is not told. */
export interface RawVariable {
  readonly name: string;
  readonly program: AbsolutePath;
  readonly isSet: boolean;
}

/** `before` is the stat stamp right before the call (following links unless `nofollow`); absent = was not there. */
export type RawEvent =
  | { readonly kind: 'read'; readonly path: AbsolutePath; readonly nofollow: boolean; readonly before?: Stamp }
  | { readonly kind: 'stat'; readonly path: AbsolutePath; readonly nofollow: boolean; readonly before?: Stamp }
  | { readonly kind: 'readlink'; readonly path: AbsolutePath; readonly before?: Stamp }
  /** A directory was opened for reading; its names as they were then. */
  | { readonly kind: 'list'; readonly path: AbsolutePath; readonly before?: Stamp; readonly names: readonly ListedName[] }
  /** Opened for writing, truncated, or made by `creat`, `mknod`, `bind`. `keeps`: neither truncated nor new (append, `r+`). */
  | { readonly kind: 'write'; readonly path: AbsolutePath; readonly before?: Stamp; readonly keeps: boolean }
  | { readonly kind: 'mkdir'; readonly path: AbsolutePath; readonly before?: Stamp }
  | { readonly kind: 'remove'; readonly path: AbsolutePath; readonly before?: Stamp }
  | { readonly kind: 'chmod'; readonly path: AbsolutePath; readonly before?: Stamp }
  /** `beforeTo` is the stamp of what stood at `to`. `exchange`: RENAME_EXCHANGE. */
  | {
      readonly kind: 'rename';
      readonly path: AbsolutePath;
      readonly to: AbsolutePath;
      readonly before?: Stamp;
      readonly beforeTo?: Stamp;
      readonly exchange: boolean;
    }
  /** A hard link `to` to the file `path`. */
  | { readonly kind: 'link'; readonly path: AbsolutePath; readonly to: AbsolutePath; readonly before?: Stamp; readonly beforeTo?: Stamp }
  | { readonly kind: 'symlink'; readonly path: AbsolutePath; readonly before?: Stamp }
  /** A program or an interpreter of one (`#!`, ELF) was executed. */
  | { readonly kind: 'executed'; readonly path: AbsolutePath; readonly before?: Stamp };

export interface ListedName {
  readonly name: string;
  readonly kind: EntryKind;
}

/** `o`: a socket, FIFO or device. */
export type EntryKind = 'f' | 'd' | 'l' | 'o';
