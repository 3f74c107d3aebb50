import { expect, test } from 'vitest';
import { parseConcurrencyLimit } from '../../../src/plan/concurrency-limit.ts';

test.each([
  ['1', { count: 1 }],
  ['12', { count: 12 }],
  ['50%', { percentOfCores: 50 }],
  [' 200% ', { percentOfCores: 200 }],
])('%j is a limit', (text, limit) => {
  expect(parseConcurrencyLimit(text)).toEqual(limit);
});

test.each(['0', '0%', '-1', '1.5', '', '%', 'all', '4 cores', '1e3', '99999999999'])('%j is not a limit', (text) => {
  expect(parseConcurrencyLimit(text)).toBeUndefined();
});
