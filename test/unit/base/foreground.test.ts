import { expect, test } from 'vitest';
import { isInForeground } from '../../../src/base/foreground.ts';

test.each([
  { stat: '10 (node) S 9 10 9 34816 10 4194304', isIn: true },
  { stat: '10 (a ) 1 (b) S 9 10 9 34816 77 4194304', isIn: false },
  { stat: '10 (node) S 9 10 9 0 -1 4194304', isIn: true },
  { stat: undefined, isIn: true },
])('$stat is in the foreground: $isIn', ({ stat, isIn }) => {
  expect(isInForeground(() => stat)).toBe(isIn);
});
