import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { pageText } from '../src/page-text.mjs';

/** What takes minutes: real tools, thousands of mutations, faults and kills at random. `npm run test:slow`. */
// oxlint-disable-next-line import/no-default-export -- vitest asks for it
export default defineConfig({
  root: fileURLToPath(new URL('../', import.meta.url)),
  plugins: [pageText()],
  test: {
    include: ['test/property/**/*.test.ts', 'test/playground-driver/**/*.test.ts'],
    globalSetup: ['test/playground-driver/installed-kitchen.ts'],
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 60 * 60_000,
    hookTimeout: 10 * 60_000,
  },
});
