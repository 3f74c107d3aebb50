import { codeOf } from '../base/files.ts';

/** Something is wrong in the cache. The only reaction to it, anywhere, is to run the command. */
export interface CacheFault {
  readonly kind: 'fault';
  readonly detail: string;
}

export function fault(detail: string): CacheFault {
  return { kind: 'fault', detail };
}

/** A fault from whatever the platform or the database threw. A bug of ours is no fault and is thrown on. */
export function faultFrom(doing: string, error: unknown): CacheFault {
  if (error instanceof TypeError || error instanceof ReferenceError || !(error instanceof Error)) throw error;
  const cause = error.cause instanceof Error ? error.cause : error;
  return fault(`${doing}: ${codeOf(cause) ?? cause.message}`);
}

export function isFault(value: unknown): value is CacheFault {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'fault';
}
