/** The stretch of time that is in view. */
export class Window {
  readonly #whole: number;
  readonly #onChange: () => void;
  #from = 0;
  #to: number;
  /** Whether the last press of the button was a drag. */
  hasMoved = false;

  constructor(whole: number, onChange: () => void) {
    this.#whole = Math.max(1, whole);
    this.#to = this.#whole;
    this.#onChange = onChange;
  }

  /** 0 at the left edge, 1 at the right one. */
  share(time: number): number {
    return (time - this.#from) / (this.#to - this.#from);
  }

  /** `factor` below 1 shows less of the run; what stands at `share` stays there. */
  zoom(factor: number, share = 0.5): void {
    const length = Math.min(this.#whole, Math.max(1, (this.#to - this.#from) * factor));
    const fixed = this.#from + share * (this.#to - this.#from);
    this.#moveTo(fixed - share * length, length);
  }

  reset(): void {
    this.#moveTo(0, this.#whole);
  }

  /** Round instants in view, about `count` of them. */
  ticks(count: number): number[] {
    const rough = (this.#to - this.#from) / count;
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = Math.max(1, ([1, 2, 5, 10].find((one) => one * power >= rough) ?? 10) * power);
    const first = Math.ceil(this.#from / step);
    return Array.from({ length: Math.floor(this.#to / step) - first + 1 }, (_, index) => (first + index) * step);
  }

  /** The wheel zooms with Ctrl, so that it scrolls the page without; dragging moves. */
  listen(canvas: HTMLCanvasElement, left: number): void {
    const width = () => canvas.clientWidth - left;
    canvas.addEventListener(
      'wheel',
      (event) => {
        if (!event.ctrlKey && !event.metaKey) return;
        event.preventDefault();
        this.zoom(event.deltaY < 0 ? 0.8 : 1.25, Math.max(0, (event.offsetX - left) / width()));
      },
      { passive: false },
    );
    canvas.addEventListener('pointerdown', () => (this.hasMoved = false));
    canvas.addEventListener('pointermove', (event) => {
      if (event.buttons !== 1 || event.movementX === 0) return;
      this.hasMoved = true;
      const length = this.#to - this.#from;
      this.#moveTo(this.#from - (event.movementX / width()) * length, length);
    });
  }

  #moveTo(from: number, length: number): void {
    this.#from = Math.max(0, Math.min(this.#whole - length, from));
    this.#to = this.#from + length;
    this.#onChange();
  }
}
