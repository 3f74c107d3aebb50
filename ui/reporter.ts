import type { RunEvent } from '../src/report/event.ts';

/** Shows one run to its user, from its events and the closing text. */
export interface Reporter {
  show(event: RunEvent): void;
  /** Writes the closing text of the run, if there is any, below everything else. */
  close(text: string): void;
  /** Leaves the terminal as it was; what is on it stays. Harmless any number of times, and after `close`. */
  release(): void;
}
