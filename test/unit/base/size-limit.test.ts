import { expect, test } from 'vitest';
import { parseSizeLimit } from '../../../src/base/size-limit.ts';

test.each([
  ['10 GB', { bytes: 10_000_000_000 }],
  ['500MB', { bytes: 500_000_000 }],
  ['1.5 kb', { bytes: 1500 }],
  ['2TB', { bytes: 2_000_000_000_000 }],
  ['100', { bytes: 100 }],
  [4096, { bytes: 4096 }],
  ['10%', { percentOfDisk: 10 }],
  [' 2.5 % ', { percentOfDisk: 2.5 }],
])('%j is a limit', (written, limit) => {
  expect(parseSizeLimit(written)).toEqual(limit);
});

test.each(['', '0', 0, -1, '-5 GB', 'ten', '101%', '5 GiB', '1e9', '0.4 b', NaN, Infinity])('%j is none', (written) => {
  expect(parseSizeLimit(written)).toBeUndefined();
});
