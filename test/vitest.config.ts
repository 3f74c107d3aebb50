import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { pageText } from '../src/page-text.mjs';

// oxlint-disable-next-line import/no-default-export -- vitest asks for it
export default defineConfig({
  root: fileURLToPath(new URL('../', import.meta.url)),
  plugins: [pageText()],
  test: {
    include: ['test/unit/**/*.test.ts', 'test/behaviour/**/*.test.ts', 'test/architecture.test.ts', 'test/transcripts.test.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
