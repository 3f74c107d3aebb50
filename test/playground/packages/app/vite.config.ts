import { defineConfig } from 'vite';

// No source map: Vite 8 numbers assets in the order in which they happen to be read, and a map shows the numbers.
export default defineConfig({
  base: './',
  build: { assetsInlineLimit: 0 },
});
