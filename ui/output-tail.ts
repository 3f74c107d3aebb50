import { lastState } from './log-lines.ts';
import { plainText } from './terminal.ts';

/** The last bytes that a step wrote, enough for the lines that a live view has room for. It takes each byte once, and keeps none but these. */
export class OutputTail {
  readonly #ring = new Uint8Array(kept);
  #written = 0;

  append(bytes: Uint8Array): void {
    const last = bytes.subarray(Math.max(0, bytes.length - kept));
    const start = (this.#written + bytes.length - last.length) % kept;
    const first = last.subarray(0, kept - start);
    this.#ring.set(first, start);
    this.#ring.set(last.subarray(first.length), 0);
    this.#written += bytes.length;
  }

  /** The last `count` lines that have something on them, without colours; one that is not finished counts too. */
  lastLines(count: number): string[] {
    if (count < 1) return [];
    // What the cut made of a character at the front is no text; one at the end is not complete yet.
    const text = new TextDecoder().decode(this.#inOrder(), { stream: true }).replace(/^\ufffd+/, '');
    const lines: string[] = [];
    for (let end = text.length; end >= 0 && lines.length < count;) {
      const start = end === 0 ? 0 : text.lastIndexOf('\n', end - 1) + 1;
      const line = plainText(lastState(text.slice(start, end))).trimEnd();
      if (line !== '') lines.unshift(line);
      end = start - 1;
    }
    return lines;
  }

  #inOrder(): Uint8Array {
    if (this.#written <= kept) return this.#ring.subarray(0, this.#written);
    const start = this.#written % kept;
    return Buffer.concat([this.#ring.subarray(start), this.#ring.subarray(0, start)]);
  }
}

const kept = 8192;
