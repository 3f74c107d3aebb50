/**
 * Lets at most `limit` pieces of work run at once, and of those of `around` no more than it lets. The lowest priority number
 * goes first, equal ones in order of arrival.
 */
export class Slots {
  readonly #waiting = new WaitingQueue();
  readonly #signal: AbortSignal;
  readonly #around: Slots | undefined;
  #free: number;

  /** Once `signal` is aborted no more work starts; what runs goes on. */
  constructor(limit: number, signal: AbortSignal, around?: Slots) {
    this.#free = limit;
    this.#signal = signal;
    this.#around = around;
    signal.addEventListener('abort', () => this.#sendHome(), { once: true });
  }

  /** The result of `run`; `undefined` when the signal was aborted before a slot was free, and `run` was not called. */
  async use<Result>(priority: number, run: () => Promise<Result>): Promise<Result | undefined> {
    if (!(await this.#acquire(priority))) return undefined;
    try {
      if (this.#signal.aborted) return undefined;
      return this.#around === undefined ? await run() : await this.#around.use(priority, run);
    } finally {
      this.#release();
    }
  }

  #acquire(priority: number): boolean | Promise<boolean> {
    if (this.#signal.aborted) return false;
    if (this.#free > 0) {
      this.#free--;
      return true;
    }
    return new Promise((resolve) => this.#waiting.add(priority, resolve));
  }

  #release(): void {
    const next = this.#waiting.takeFirst();
    if (next === undefined) this.#free++;
    else next(true);
  }

  #sendHome(): void {
    for (let next = this.#waiting.takeFirst(); next !== undefined; next = this.#waiting.takeFirst()) next(false);
  }
}

type Wake = (hasSlot: boolean) => void;

interface Waiting {
  readonly priority: number;
  readonly arrival: number;
  readonly wake: Wake;
}

/** A binary heap: thousands of tasks may wait at once. */
class WaitingQueue {
  readonly #heap: Waiting[] = [];
  #arrivals = 0;

  add(priority: number, wake: Wake): void {
    const added = { priority, arrival: this.#arrivals++, wake };
    let index = this.#heap.length;
    for (;;) {
      const parentIndex = (index - 1) >> 1;
      const parent = this.#heap[parentIndex];
      if (parent === undefined || isBefore(parent, added)) break;
      this.#heap[index] = parent;
      index = parentIndex;
    }
    this.#heap[index] = added;
  }

  takeFirst(): Wake | undefined {
    const first = this.#heap[0];
    const last = this.#heap.pop();
    if (last !== undefined && last !== first) this.#sinkFromTop(last);
    return first?.wake;
  }

  #sinkFromTop(sinking: Waiting): void {
    let index = 0;
    for (;;) {
      const leftIndex = 2 * index + 1;
      const left = this.#heap[leftIndex];
      const right = this.#heap[leftIndex + 1];
      const isRightFirst = left !== undefined && right !== undefined && isBefore(right, left);
      const child = isRightFirst ? right : left;
      if (child === undefined || isBefore(sinking, child)) break;
      this.#heap[index] = child;
      index = isRightFirst ? leftIndex + 1 : leftIndex;
    }
    this.#heap[index] = sinking;
  }
}

function isBefore(a: Waiting, b: Waiting): boolean {
  return a.priority < b.priority || (a.priority === b.priority && a.arrival < b.arrival);
}
