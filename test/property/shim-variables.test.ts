import { expect, test } from 'vitest';
import { runSanitized, soundRun } from '../harness/sanitized.ts';

test('of random reads the shim tells those of single variables, and no copy of all', (context) => {
  expect(runSanitized(new URL('./shim-variables.c', import.meta.url), context)).toEqual(soundRun);
});
