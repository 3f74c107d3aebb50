/** What tracing may cost at most, by load: a ratio of CPU times, or milliseconds of CPU or of time for each of what the load does. */
export const targets = {
  'tsc 6': { ratio: 1.03 },
  'tsc 7': { ratio: 1.2 },
  'vite build': { ratio: 1.1 },
  esbuild: { ratio: 1.1 },
  webpack: { ratio: 1.03 },
  'vitest run': { ratio: 1.03 },
  eslint: { ratio: 1.03 },
  find: { ratio: 1.4 },
  'git status': { ratio: 1.4 },
  make: { ratio: 1.1 },
  '300 execs': { eachMs: 0.3, times: 300 },
};

/** How much longer the start of a traced task may take, least against least. */
export const START_MS = 1.5;

/** Where strace adds more than `from`, ours may add at most this share of that. */
export const strace = { from: 0.1, share: 1 / 3 };
