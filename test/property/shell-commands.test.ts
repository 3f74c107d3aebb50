import { expect, test } from 'vitest';
import { compareWithShells } from '../harness/shell-comparison.ts';

/** 25,000 more than the quick suite has; `SEED=n` picks others. */
test.for(Array.from({ length: 10 }, (_, round) => Number(process.env['SEED'] ?? 100) + round))(
  'generated commands mean what they mean to two shells (seed %i)',
  (seed) => {
    const { compared, disagreements } = compareWithShells(seed, 2500, ['dash', 'bash']);
    expect(disagreements).toEqual([]);
    expect(compared).toBeGreaterThan(875);
  },
);
