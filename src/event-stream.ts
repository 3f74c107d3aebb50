/**
 * What is pushed, for whoever iterates: in order, from the first piece pushed after the iteration began, held until it is
 * asked for. Without an iteration nothing is held.
 */
export class EventStream<Item> implements AsyncIterable<Item> {
  readonly #iterations = new Set<Iteration<Item>>();
  #end: End | undefined;

  push(item: Item): void {
    for (const iteration of this.#iterations) iteration.push(item);
  }

  /** Every iteration ends after what it still holds; with an error if there is one. */
  end(error?: { readonly error: unknown }): void {
    this.#end = error ?? {};
    for (const iteration of this.#iterations) iteration.end(this.#end);
  }

  [Symbol.asyncIterator](): AsyncIterator<Item> {
    const iteration = new Iteration<Item>(() => this.#iterations.delete(iteration));
    if (this.#end) iteration.end(this.#end);
    else this.#iterations.add(iteration);
    return iteration;
  }
}

type End = { readonly error?: unknown };

class Iteration<Item> implements AsyncIterator<Item> {
  readonly #held: Item[] = [];
  readonly #onReturn: () => void;
  #end: End | undefined;
  #wake: (() => void) | undefined;

  constructor(onReturn: () => void) {
    this.#onReturn = onReturn;
  }

  push(item: Item): void {
    this.#held.push(item);
    this.#wake?.();
  }

  end(end: End): void {
    this.#end = end;
    this.#wake?.();
  }

  async next(): Promise<IteratorResult<Item>> {
    for (;;) {
      if (this.#held.length > 0) return { done: false, value: this.#held.shift()! };
      if (this.#end) {
        const { error } = this.#end;
        this.#end = {};
        if (error !== undefined) throw error;
        return { done: true, value: undefined };
      }
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  /** Whoever breaks out of the loop lets the run go on. */
  return(): Promise<IteratorResult<Item>> {
    this.#onReturn();
    this.#held.length = 0;
    this.#end = {};
    return Promise.resolve({ done: true, value: undefined });
  }
}
