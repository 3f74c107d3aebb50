import { expect, test } from 'vitest';
import type { RunEvent } from '../../../src/report/event.ts';
import { recordOf } from '../../../src/report/record-of.ts';
import { formatDuration, renderFooter } from '../../../ui/summary.ts';
import {
  blocked,
  executed,
  exitedWith,
  firstRun,
  hit,
  killedBy,
  notStarted,
  notStored,
  ran,
  restored,
  runEnded,
  runStarted,
  sampleStep,
  uncached,
} from '../report/sample.ts';

const [a, b, c] = [sampleStep('a#build'), sampleStep('b#build', 'tsc -b && x'), sampleStep('#lint', 'oxlint')];

function footer(...events: readonly RunEvent[]): string {
  return renderFooter(recordOf([...events, runEnded()]), { hasColors: false });
}

test('one task that executed needs no footer', () => {
  expect(footer(runStarted(1), ...ran(a, firstRun, executed))).toBe('');
  expect(footer(runStarted(1), ...ran(a, firstRun, exitedWith(2)))).toBe('');
  expect(footer(runStarted(1), ...ran(a, uncached, exitedWith(0)))).toBe('');
});

test('one hit says what it saved', () => {
  expect(footer(runStarted(1), ...ran(a, hit, restored))).toMatchInlineSnapshot(`
    "---
    reprise run: cache hit, 67ms saved."
  `);
});

test('several tasks are counted, the share of hits floored, uncached ones left out of it', () => {
  expect(
    footer(
      runStarted(4),
      ...ran(a, hit, restored),
      ...ran(b, hit, restored),
      ...ran(c, firstRun, executed),
      ...ran(sampleStep('#x'), uncached, exitedWith(0)),
    ),
  ).toMatchInlineSnapshot(`
    "---
    reprise run: 2/3 cache hit (66%), 4/4 successful, 134ms saved. (Run \`reprise run --last-details\` for full details)"
  `);
});

test('where nothing can be cached no share of hits is told', () => {
  expect(footer(runStarted(2), ...ran(a, uncached, exitedWith(0)), ...ran(b, uncached, exitedWith(0)))).toMatchInlineSnapshot(`
    "---
    reprise run: 2/2 successful. (Run \`reprise run --last-details\` for full details)"
  `);
});

test('results that were not stored are counted', () => {
  const reason = { code: 'used-network', address: '1.2.3.4:443' } as const;

  expect(footer(runStarted(2), ...ran(a, firstRun, notStored(reason)), ...ran(b, firstRun, executed))).toMatchInlineSnapshot(`
    "---
    reprise run: 0/2 cache hit (0%), 2/2 successful, 1 not stored. (Run \`reprise run --last-details\` for full details)"
  `);
});

test('failures come last and in full', () => {
  expect(
    footer(
      runStarted(5),
      ...ran(a, firstRun, executed),
      ...ran(b, firstRun, exitedWith(2)),
      ...ran(c, firstRun, killedBy('SIGSEGV', 11)),
      blocked('d#build', 'b#build'),
      notStarted('e#build'),
    ),
  ).toMatchInlineSnapshot(`
    "---
    reprise run: 0/3 cache hit (0%), 1/5 successful, 2 failed, 1 blocked, 1 cancelled. (Run \`reprise run --last-details\` for full details)
    ✗ b#build: ~/packages/b$ tsc -b && x (exit code: 2)
    ✗ #lint: $ oxlint (exit code: 139, SIGSEGV)"
  `);
});

test('durations have the unit that suits them', () => {
  expect([0, 66.6, 999.4, 999.6, 5386, 59_994, 59_996, 754_210].map(formatDuration)).toMatchInlineSnapshot(`
    [
      "0ms",
      "67ms",
      "999ms",
      "1.00s",
      "5.39s",
      "59.99s",
      "1m 0s",
      "12m 34s",
    ]
  `);
});
