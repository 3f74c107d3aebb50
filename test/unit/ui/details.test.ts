import { expect, test } from 'vitest';
import { recordOf } from '../../../src/report/record-of.ts';
import { renderDetails } from '../../../ui/details.ts';
import {
  blocked,
  exitedWith,
  firstRun,
  hit,
  inputModified,
  notStarted,
  notStored,
  path,
  ran,
  restored,
  runEnded,
  runStarted,
  sampleEntry,
  sampleStep,
  uncached,
} from '../report/sample.ts';

test('the report has the figures, then every step with its reasons, notes and hints', () => {
  const usedNetwork = { kind: 'stored', entry: sampleEntry, inputs: 1, outputs: 0, notes: ['used the network (x:1)'] } as const;
  const modifiedInput = { code: 'modified-input', path: path('packages/b/src/x.ts') } as const;

  const record = recordOf([
    runStarted(9),
    ...ran(sampleStep('a#build'), hit, restored),
    ...ran(sampleStep('a#test'), inputModified, exitedWith(0, usedNetwork)),
    ...ran(sampleStep('b#build'), firstRun, notStored(modifiedInput)),
    ...ran(sampleStep('b#lint'), { kind: 'uncached', reason: 'scripts-not-cached' }, exitedWith(0)),
    ...ran(sampleStep('c#build'), uncached, exitedWith(7)),
    ...ran(sampleStep('#say'), { kind: 'uncached', reason: 'builtin' }, exitedWith(0)),
    ...ran(sampleStep('#dev'), { kind: 'uncached', reason: 'cache-off-for-run' }, { kind: 'cancelled', exit: undefined }),
    blocked('d#build', 'c#build'),
    notStarted('e#build'),
    { type: 'cache-fault', detail: 'blob missing' },
    { type: 'cache-fault', detail: 'index unreadable' },
    runEnded(7),
  ]);

  expect(renderDetails(record, { hasColors: false })).toMatchInlineSnapshot(`
    "
    ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━
        Reprise Task Runner • Execution Summary
    ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━

    Statistics:   9 tasks • 1 cache hits • 2 cache misses • 4 cache disabled • 1 failed • 1 blocked • 2 cancelled • 1 not stored
    Performance:  33% cache hit rate, 67ms saved in total
    Cache fault:  blob missing (and 1 more)

    Task Details:
    ────────────────────────────────────────────────
      [1] a#build: ~/packages/a$ node build.js ✓
          → Cache hit - output replayed - 67ms saved
          → Outputs: restored 2 files, removed 1 file
      ·······················································
      [2] a#test: ~/packages/a$ node build.js ✓
          → Cache miss: 'packages/a/in.txt' modified
            env 'MODE' added
            and 3 more
          → Ran for 120ms, stored with 1 input and 0 outputs
          → Note: used the network (x:1)
      ·······················································
      [3] b#build: ~/packages/b$ node build.js ✓
          → Cache miss: no earlier run
          → Ran for 120ms
          → Not cached: modified its input 'packages/b/src/x.ts'
            hint: if the result does not depend on it, in the config of the task: "input": [{ "auto": true }, { "pattern": "!packages/b/src/x.ts", "base": "workspace" }]
      ·······················································
      [4] b#lint: ~/packages/b$ node build.js ✓
          → Cache disabled for package scripts (\`--cache\` or \`cache: { scripts: true }\` turns it on)
          → Ran for 120ms
      ·······················································
      [5] c#build: ~/packages/c$ node build.js ✗ (exit code: 7)
          → Cache disabled in task configuration
          → Ran for 120ms
      ·······················································
      [6] #say: $ node build.js ✓
          → Cache disabled for built-in command
          → Ran for 120ms
      ·······················································
      [7] #dev: $ node build.js ⊘ (cancelled)
          → Cache disabled for this run
      ·······················································
      [8] d#build ⊘ (blocked by c#build)
      ·······················································
      [9] e#build ⊘ (not started)
    ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━"
  `);
});

test('a run without tasks has a report', () => {
  expect(renderDetails(recordOf([runStarted(0), runEnded()]), { hasColors: false })).toMatchInlineSnapshot(`
    "
    ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━
        Reprise Task Runner • Execution Summary
    ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━

    Statistics:   0 tasks • 0 cache hits • 0 cache misses
    Performance:  0% cache hit rate

    Task Details:
    ────────────────────────────────────────────────
    ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━"
  `);
});
