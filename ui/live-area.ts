import type { Sink } from './page.ts';
import { drawBelow, eraseBelow, hideCursor, showCursor } from './terminal.ts';

/**
 * The lines at the bottom of a terminal that are drawn again and again. The cursor waits at the start of the first one, and
 * not below the last: however a terminal arranges lines anew when it is resized, the cursor stays with its own, so erasing
 * needs no count of rows, and can never reach what stands above.
 */
export class LiveArea {
  readonly #terminal: Sink;
  readonly #style: { readonly isOneLine: boolean; readonly hasColors: boolean };
  #lines: readonly string[] = [];
  #isOpen = false;
  #isDrawn = false;

  constructor(terminal: Sink, { isTmux = false, hasColors = true } = {}) {
    this.#terminal = terminal;
    this.#style = { isOneLine: !isTmux, hasColors };
  }

  open(): void {
    this.#isOpen = true;
    this.#terminal.write(hideCursor);
  }

  draw(lines: readonly string[]): void {
    if (!this.#isOpen) return;
    if (this.#isDrawn && lines.length === this.#lines.length && lines.every((line, index) => line === this.#lines[index])) return;
    this.#lines = lines;
    this.#isDrawn = true;
    this.#terminal.write(drawBelow(lines, this.#style));
  }

  /** Makes room for what is written from here on, which has to end with a newline before the area is drawn again. */
  lift(): void {
    if (this.#isDrawn) this.#terminal.write(eraseBelow);
    this.#isDrawn = false;
  }

  /** Draws again what was lifted. */
  settle(): void {
    if (this.#lines.length > 0 && !this.#isDrawn) this.draw(this.#lines);
  }

  /** The area is gone, and the terminal as it was. */
  close(): void {
    if (!this.#isOpen) return;
    this.lift();
    this.#isOpen = false;
    this.#lines = [];
    this.#terminal.write(showCursor);
  }
}
