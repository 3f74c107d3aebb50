/** The same numbers for the same seed, on every machine: a failure names its seed and can be had again. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = Math.imul(seed + 1, 0x9e3779b1) >>> 0;
  }

  /** At least 0 and below 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from 0 up to and without `limit`. */
  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<Item>(items: readonly Item[]): Item {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new Error('nothing to pick from');
    return item;
  }

  /** `count` of the items, or all of them where there are fewer, in their order. */
  sample<Item>(items: readonly Item[], count: number): Item[] {
    const left = items.map((_, index) => index);
    const taken = new Set<number>();
    while (taken.size < Math.min(count, items.length)) taken.add(left.splice(this.below(left.length), 1)[0] ?? 0);
    return items.filter((_, index) => taken.has(index));
  }
}
