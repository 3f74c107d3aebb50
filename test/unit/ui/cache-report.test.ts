import { describe, expect, test } from 'vitest';
import { nothingSwept } from '../../../src/cache/sweep.ts';
import { formatAge, formatBytes, renderSwept, renderTasks } from '../../../ui/cache-report.ts';

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [4096, '4.1 kB'],
  [9960, '10 kB'],
  [999_600, '1.0 MB'],
  [12_345_678, '12 MB'],
  [10e9, '10 GB'],
  [Infinity, 'no limit'],
])('%d bytes are %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));

test.each([
  [0, 'just now'],
  [-5000, 'just now'],
  [60_000, '1 minute ago'],
  [3_600_000, '1 hour ago'],
  [47 * 3_600_000, '47 hours ago'],
  [50 * 3_600_000, '2 days ago'],
])('%d ms are %s', (age, text) => expect(formatAge(age)).toBe(text));

test('tasks stand in columns', () => {
  const task = { task: 'a#build', label: 'a#build', entries: 1, bytes: 1_200_000, lastUse: 0 };
  const text = renderTasks('/store', [task, { ...task, label: 'long#lint', entries: 12, bytes: 40 }], { now: 60_000, hasColors: false });
  expect(text).toBe(['a#build       1 entry  1.2 MB  1 minute ago', 'long#lint  12 entries    40 B  1 minute ago'].join('\n'));
});

describe('what was freed', () => {
  test('is told by what it was', () => {
    expect(renderSwept({ ...nothingSwept, evicted: 2, blobs: 1, bytes: 5000 })).toBe('Freed 5.0 kB: 2 entries beyond the limit, 1 blob');
  });

  test('may be nothing yet', () => {
    const text = 'Nothing to free\n5.0 kB more will be freed once the runs in progress have ended';
    expect(renderSwept({ ...nothingSwept, waiting: 5000 })).toBe(text);
  });
});
