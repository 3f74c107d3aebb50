/** Work under the same name that must not be done twice at once. Names that nobody works under cost nothing. */
export class Turns {
  readonly #current = new Map<string, Promise<void>>();

  /** Settles once the work that goes on under the name is done; `undefined`, at once, when there is none. */
  other(name: string): Promise<void> | undefined {
    return this.#current.get(name);
  }

  /** From now until the returned function is called, work goes on under the name. Nobody else may be at it. */
  begin(name: string): () => void {
    if (this.#current.has(name)) throw new Error(`two at once under '${name}'`);
    let settle: (() => void) | undefined;
    this.#current.set(name, new Promise((resolve) => (settle = resolve)));
    return () => {
      this.#current.delete(name);
      settle?.();
    };
  }

  /** Waits for its turn, then does the work. */
  async take<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
    for (let other = this.other(name); other !== undefined; other = this.other(name)) await other;
    const end = this.begin(name);
    try {
      return await work();
    } finally {
      end();
    }
  }
}
