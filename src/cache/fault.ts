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

/** Does a piece of the cache's work. What the platform throws meanwhile is a fault, and never the task's trouble. */
export async function guarded<T>(doing: string, work: () => Promise<T>): Promise<T | CacheFault> {
  try {
    return await work();
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return faultFrom(doing, error);
  }
}

export function isFault(value: unknown): value is CacheFault {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'fault';
}
