import { expect, test } from 'vitest';
import { recordOf } from '../../../src/report/record-of.ts';
import { renderJobSummary } from '../../../ui/job-summary.ts';
import {
  blocked,
  executed,
  exitedWith,
  firstRun,
  hit,
  inputModified,
  notStored,
  ran,
  restored,
  runEnded,
  runStarted,
  sampleStep,
} from '../report/sample.ts';

test('a run as a table, what failed first', () => {
  const record = recordOf([
    runStarted(5),
    ...ran(sampleStep('a#build'), hit, restored),
    ...ran(sampleStep('b#build', 'tsc'), inputModified, executed),
    ...ran(sampleStep('c#build', 'a | b\n<img> `x`'), firstRun, exitedWith(2)),
    ...ran(sampleStep('d#build'), firstRun, notStored({ code: 'used-network', address: '1.2.3.4:443' })),
    blocked('e#build', 'c#build'),
    runEnded(2),
  ]);
  expect(renderJobSummary(record)).toMatchInlineSnapshot(`
    "### ❌ reprise run

    **1/4** cache hit (25%), **3/5** successful, 67ms saved, **1 failed**, 1 blocked in 3.00s

    - ❌ c\\#build: \\~/packages/c\\$ a \\| b\\\\x0a\\<img\\> \\\`x\\\` (exit code: 2)

    | Task | Result | Why | Time |
    | --- | --- | --- | ---: |
    | c\\#build | ❌ failed (exit code: 2) | no earlier run | 120ms |
    | a\\#build | ◉ hit | 67ms saved | 1.00s |
    | b\\#build | ✓ run | 'packages/a/in.txt' modified | 120ms |
    | d\\#build | ✓ run | no earlier run; not cached: used the network (1.2.3.4:443) | 120ms |
    | e\\#build | ⊘ blocked | by c\\#build |  |

    "
  `);
});

test('is bounded, however many tasks there are and however long what they say', () => {
  const steps = Array.from({ length: 5000 }, (_, index) => sampleStep(`p${index}#build`, 'ö'.repeat(10_000)));
  const text = renderJobSummary(recordOf([runStarted(5000), ...steps.flatMap((step) => ran(step, firstRun, exitedWith(1))), runEnded(1)]));
  expect(Buffer.byteLength(text)).toBeLessThan(300 * 1024);
  expect(text.split('\n').length).toBeLessThan(500);
});
