import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** Traces against what `strace` sees of the same execution. `npm run test:oracle`. */
// oxlint-disable-next-line import/no-default-export -- vitest asks for it
export default defineConfig({
  root: fileURLToPath(new URL('../', import.meta.url)),
  test: {
    include: ['test/oracle/**/*.test.ts'],
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 30 * 60_000,
    hookTimeout: 10 * 60_000,
  },
});
