import { HeldBytes } from '../src/base/held-bytes.ts';
import { logLines } from './log-lines.ts';
import type { StreamName } from './page.ts';

/** What a step wrote, as `logLines` makes it, held until its turn. However much it is, little of it is in memory. */
export class HeldLog {
  readonly #lines = { stdout: logLines(), stderr: logLines() };
  readonly #bytes = new HeldBytes();
  readonly #segments: { readonly stream: StreamName; length: number }[] = [];

  append(stream: StreamName, bytes: Uint8Array): void {
    this.#hold(stream, this.#lines[stream].push(bytes));
  }

  /** Ends the log and gives all of it, once. */
  *take(): Generator<{ readonly stream: StreamName; readonly bytes: Uint8Array }> {
    for (const stream of ['stdout', 'stderr'] as const) this.#hold(stream, this.#lines[stream].end());
    let segment = this.#segments.shift();
    for (const piece of this.#bytes.read()) {
      for (let start = 0; start < piece.length && segment !== undefined;) {
        const bytes = piece.subarray(start, start + segment.length);
        yield { stream: segment.stream, bytes };
        start += bytes.length;
        segment.length -= bytes.length;
        if (segment.length === 0) segment = this.#segments.shift();
      }
    }
    this.#bytes.close();
  }

  #hold(stream: StreamName, bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#bytes.append(bytes);
    const last = this.#segments.at(-1);
    if (last?.stream === stream) last.length += bytes.length;
    else this.#segments.push({ stream, length: bytes.length });
  }
}
