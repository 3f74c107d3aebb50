/** Work that nothing waits for until the end of the run. A piece that crashes is a bug, thrown by `drained`. */
export class Background {
  readonly #work: Promise<void>[] = [];
  readonly #crashes: unknown[] = [];

  add(work: Promise<unknown>): void {
    this.#work.push(this.#watch(work));
  }

  /** Settles when nothing is left, also of what was added meanwhile. */
  async drained(): Promise<void> {
    for (let work = this.#work.pop(); work !== undefined; work = this.#work.pop()) await work;
    if (this.#crashes.length > 0) throw this.#crashes[0];
  }

  async #watch(work: Promise<unknown>): Promise<void> {
    try {
      await work;
    } catch (crash) {
      this.#crashes.push(crash);
    }
  }
}
