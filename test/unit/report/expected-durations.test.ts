import { expect, test } from 'vitest';
import { expectedDurations } from '../../../src/report/expected-durations.ts';
import { recordOf } from '../../../src/report/record-of.ts';
import { executed, exitedWith, firstRun, hit, ran, restored, runEnded, runStarted, sampleStep } from './sample.ts';

test('steps take as long as they ran, or had run when they were stored; failures tell nothing', () => {
  const record = recordOf([
    runStarted(3),
    ...ran(sampleStep('a#build'), firstRun, executed),
    ...ran(sampleStep('a#build', 'tsc', 1), hit, restored),
    ...ran(sampleStep('b#build'), firstRun, exitedWith(2)),
    runEnded(),
  ]);

  expect([...expectedDurations(record)]).toEqual([
    ['a#build', [120, 67]],
    ['b#build', [undefined]],
  ]);
});
