import type { Digest } from '../base/digest.ts';
import type { NamePattern } from '../base/name-pattern.ts';
import type { WorkspacePath } from '../base/path.ts';
import type { LogSegment } from '../execute/execution.ts';
import type { BlobPlace } from './ports.ts';

/** One stored execution: what it depended on, what it left, what it printed. Holds no absolute path of the workspace. */
export interface Entry {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly storedAt: number;
  readonly milliseconds: number;
  readonly fingerprint: Fingerprint;
  readonly outputs: readonly OutputFile[];
  /** What the step removed of its task's own paths and left absent: files, or directories with all below them. */
  readonly removals: readonly WorkspacePath[];
  /** What tools said to be no output, with all below it: own paths there are left alone. */
  readonly ignoredOutputs: readonly WorkspacePath[];
  readonly log: StoredLog;
  /** Shown with the report; they do not affect a hit. */
  readonly notes: readonly string[];
}

/** A trace with digests. It matches when every part does. */
export interface Fingerprint {
  readonly files: readonly InputFile[];
  /** Not there, or the task's own work of an earlier run. */
  readonly absences: readonly WorkspacePath[];
  readonly links: readonly InputLink[];
  /** There, and directories. */
  readonly directories: readonly WorkspacePath[];
  readonly listings: readonly Listing[];
  /** All files that the declared input globs matched; `undefined` without such globs. */
  readonly declared: readonly InputFile[] | undefined;
  readonly programs: readonly ProgramInput[];
  /** Keyed digests of the values of variables that are passed by default and change results; `null`: unset. */
  readonly ambient: Readonly<Record<string, Digest | null>>;
  readonly asked: AskedEnv;
  /** The variables that programs asked for by name, of those that are passed by default and mostly mean nothing; sorted. */
  readonly read: readonly NamedValue[];
  /** What tools said to be no input, with all below it: such names in a listing do not count. */
  readonly ignoredInputs: readonly WorkspacePath[];
}

/** The variables that tools asked the runner for. Digests are keyed; both lists are sorted. */
export interface AskedEnv {
  readonly names: readonly NamedValue[];
  readonly sets: readonly AskedSet[];
}

interface NamedValue {
  readonly name: string;
  /** `null`: unset. */
  readonly digest: Digest | null;
}

/** All variables whose names fit a pattern. */
export interface AskedSet {
  readonly pattern: NamePattern;
  readonly values: readonly SetVariable[];
}

export interface SetVariable {
  readonly name: string;
  readonly digest: Digest;
}

export interface InputFile {
  readonly path: WorkspacePath;
  readonly digest: Digest;
  readonly executable: boolean;
}

export interface InputLink {
  readonly path: WorkspacePath;
  readonly target: string;
}

export interface Listing {
  readonly path: WorkspacePath;
  /**
   * Kind letter and name (`fmain.ts`, `dlib`), sorted; without what the task had left there and without tool caches.
   * These must be there again, whoever's they are; further names must be the task's own.
   */
  readonly names: readonly string[];
  /** The directory is the task's own: not there counts as empty. */
  readonly own: boolean;
}

export interface ProgramInput {
  /** A name that is looked up in the task's PATH, or an absolute path. */
  readonly name: string;
  readonly digest: Digest;
}

/** `blind`: the recorded run wrote the path without looking at it first, so what stands there now has no say. */
export type OutputFile =
  | {
      readonly kind: 'file';
      readonly path: WorkspacePath;
      readonly mode: number;
      readonly digest: Digest;
      readonly place: BlobPlace;
      readonly blind: boolean;
    }
  | { readonly kind: 'directory'; readonly path: WorkspacePath; readonly mode: number; readonly blind: boolean }
  | { readonly kind: 'link'; readonly path: WorkspacePath; readonly target: string; readonly blind: boolean };

export interface StoredLog {
  readonly segments: readonly LogSegment[];
  readonly bytes:
    | { readonly kind: 'inline'; readonly buffer: Uint8Array }
    | { readonly kind: 'blob'; readonly blob: Digest; readonly length: number };
}

/** Raised whenever the stored shape or the meaning of a key changes; what another version stored is dropped, never parsed. */
export const FORMAT_VERSION = 3;
