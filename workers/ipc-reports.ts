import { unreachable } from '../src/base/diagnostic.ts';
import type { NamePattern } from '../src/base/name-pattern.ts';
import { ipcLimits } from '../src/execute/ipc/protocol.ts';
import type { Reports } from '../src/execute/ipc/reports.ts';
import type { Said } from './ipc-request.ts';

/** What the clients of one step say, each thing once. Holds no more than `ipcLimits.reportBytes` of it. */
export class ReportBook {
  readonly #ignoredInputs = new Set<string>();
  readonly #ignoredOutputs = new Set<string>();
  readonly #trackedNames = new Set<string>();
  readonly #trackedPatterns = new Map<string, NamePattern>();
  #cacheDisabled = false;
  #trouble: string | undefined;
  #bytes = 0;

  /** Whether there was room for it. */
  add(said: Said): boolean {
    switch (said.type) {
      case 'ignoreInput':
        return this.#keep(said.path, this.#ignoredInputs);
      case 'ignoreOutput':
        return this.#keep(said.path, this.#ignoredOutputs);
      case 'disableCache':
        this.#cacheDisabled = true;
        return true;
      case 'getEnv':
        return !said.tracked || this.#keep(said.name, this.#trackedNames);
      case 'getEnvs':
        return !said.tracked || this.#keepPattern(said.pattern);
      default:
        return unreachable(said);
    }
  }

  /** What was said may not be all that was meant. The first word stands: the rest often follows from it. */
  taint(why: string): void {
    this.#trouble ??= why;
  }

  reports(): Reports {
    return {
      ignoredInputs: [...this.#ignoredInputs],
      ignoredOutputs: [...this.#ignoredOutputs],
      cacheDisabled: this.#cacheDisabled,
      trackedNames: [...this.#trackedNames],
      trackedPatterns: [...this.#trackedPatterns.values()],
      trouble: this.#trouble,
    };
  }

  #keep(text: string, among: Set<string>): boolean {
    if (among.has(text)) return true;
    if (!this.#hasRoomFor(text)) return false;
    among.add(text);
    return true;
  }

  #keepPattern(pattern: NamePattern): boolean {
    const text = JSON.stringify(pattern);
    if (this.#trackedPatterns.has(text)) return true;
    if (!this.#hasRoomFor(text)) return false;
    this.#trackedPatterns.set(text, pattern);
    return true;
  }

  #hasRoomFor(text: string): boolean {
    // Two bytes a character, and what a member of a set costs.
    this.#bytes += 2 * text.length + 64;
    return this.#bytes <= ipcLimits.reportBytes;
  }
}
