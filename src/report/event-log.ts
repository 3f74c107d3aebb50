import type { RunEvent } from './event.ts';
import type { RunRecord } from './run-record.ts';
import { recordOf } from './record-of.ts';

export type Listener = (event: RunEvent) => void;

/**
 * Tells each event of one run to every listener, in the order of both, and closes into the run record.
 * Task output passes through and is not kept, so the log grows with the tasks and not with what they print.
 */
export class EventLog {
  readonly #listeners: readonly Listener[];
  readonly #events: RunEvent[] = [];

  constructor(listeners: readonly Listener[]) {
    this.#listeners = listeners;
  }

  emit(event: RunEvent): void {
    if (event.type !== 'step-output') this.#events.push(event);
    for (const listener of this.#listeners) listener(event);
  }

  /** Emits `run-ended`. Call it once nothing else will be emitted: the record holds what was told until now. */
  close(end: { readonly at: number; readonly exitCode: number }): RunRecord {
    this.emit({ type: 'run-ended', ...end });
    return recordOf(this.#events);
  }
}
