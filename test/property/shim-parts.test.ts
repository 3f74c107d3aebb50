import { expect, test } from 'vitest';
import { runSanitized, soundRun } from '../harness/sanitized.ts';

test('the parts of the shim do with random input what they should, and touch no memory but their own', (context) => {
  expect(runSanitized(new URL('./shim-parts.c', import.meta.url), context)).toEqual(soundRun);
});
