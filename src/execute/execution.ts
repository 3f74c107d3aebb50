import type { DiagnosticCode } from '../base/diagnostic.ts';
import type { Reported } from './ipc/reports.ts';
import type { RawTrace } from './trace/raw-trace.ts';

/** What one execution of a command was. */
export interface Execution {
  readonly exit: Exit;
  /** Milliseconds since the epoch, taken before the child was started and after its end was complete. */
  readonly startedAt: number;
  /** When the system had been asked to start it. */
  readonly spawnedAt: number;
  readonly endedAt: number;
  /** Empty when the request did not ask for it. */
  readonly log: CapturedLog;
  readonly traced: Traced;
  readonly reported: Reported;
}

export type Exit =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'signalled'; readonly signal: string; readonly number: number }
  /** The program could not be started at all (exit code 127 or 126, as a shell has it). */
  | { readonly kind: 'not-started'; readonly code: number; readonly why: string; readonly problem?: DiagnosticCode };

export type Traced =
  | { readonly kind: 'traced'; readonly raw: RawTrace }
  | { readonly kind: 'unavailable'; readonly why: string }
  | { readonly kind: 'off' };

/** stdout and stderr in the order in which they arrived, byte for byte. */
export interface CapturedLog {
  readonly segments: readonly LogSegment[];
  /**
   * At most 1 MB is held in memory; beyond that the bytes are in a temporary file, unless the system would not have it.
   * Others may remove the file; it is not there either when bytes of it were lost.
   */
  readonly bytes: { readonly kind: 'memory'; readonly buffer: Buffer } | { readonly kind: 'file'; readonly path: string };
}

export interface LogSegment {
  readonly stream: 'stdout' | 'stderr';
  readonly length: number;
}

export function exitCodeOf(exit: Exit): number {
  switch (exit.kind) {
    case 'exited':
    case 'not-started':
      return exit.code;
    case 'signalled':
      return 128 + exit.number;
  }
}
