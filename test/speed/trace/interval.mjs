const RESAMPLES = 4000;

export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 === 1 ? sorted[Math.floor(middle)] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The median, and where it would lie in 95 of 100 repetitions, by resampling. The same for the same seed. */
export function medianWithInterval(numbers, seed) {
  const next = generator(seed);
  const medians = Array.from({ length: RESAMPLES }, () => median(numbers.map(() => numbers[Math.floor(next() * numbers.length)])));
  medians.sort((a, b) => a - b);
  return { median: median(numbers), low: medians[Math.floor(RESAMPLES * 0.025)], high: medians[Math.floor(RESAMPLES * 0.975)] };
}

/** Mulberry32. */
function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
