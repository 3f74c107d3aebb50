import { expect, test } from 'vitest';
import type { Entry } from '../../../src/cache/entry.ts';
import { recordOf } from '../../../src/report/record-of.ts';
import { summaryData } from '../../../ui/summary-data.ts';
import { summaryPage } from '../../../ui/summary-page.ts';
import {
  blocked,
  executed,
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
  sampleStep,
  uncached,
} from '../report/sample.ts';
import { largeRecord } from './large-record.ts';

const none: ReadonlyMap<string, Entry> = new Map();

test('the page is about every task, with its reasons, what became of it, and whom it waited for', () => {
  const reason = { code: 'modified-input', path: path('packages/b/x') } as const;
  const { tasks } = summaryData(
    recordOf([
      runStarted(7, 7, { 'b#build': ['a#build'], 'c#build': ['a#build', 'b#build'] }),
      ...ran(sampleStep('a#build'), hit, restored),
      ...ran(sampleStep('b#build'), inputModified, notStored(reason)),
      ...ran(sampleStep('c#build'), firstRun, exitedWith(2)),
      ...ran(sampleStep('#lint'), uncached, exitedWith(0)),
      ...ran(sampleStep('#test'), firstRun, executed),
      blocked('d#build', 'c#build'),
      notStarted('e#build'),
      runEnded(2),
    ]),
    none,
  );
  expect(tasks.map(({ label, outcome, ending, dependsOn }) => [label, outcome, ending, dependsOn])).toEqual([
    ['a#build', 'hit', 'restored, 67ms saved', []],
    ['b#build', 'miss', 'executed', [0]],
    ['c#build', 'failed', 'failed (exit code: 2)', [0, 1]],
    ['#lint', 'uncached', 'executed', []],
    ['#test', 'miss', 'executed', []],
    ['d#build', 'blocked', 'blocked by c#build', []],
    ['e#build', 'cancelled', 'not started', []],
  ]);
  expect(tasks[1]).toMatchObject({ isNotStored: true, steps: [{ command: '~/packages/b$ node build.js' }] });
  expect(tasks[1]?.steps[0]?.report).toMatchInlineSnapshot(`
    [
      "→ Cache miss: 'packages/a/in.txt' modified",
      "  env 'MODE' added",
      "  and 3 more",
      "→ Ran for 120ms",
      "→ Not cached: modified its input 'packages/b/x'",
      "  hint: if the result does not depend on it, in the config of the task: "input": [{ "auto": true }, { "pattern": "!packages/b/x", "base": "workspace" }]",
    ]
  `);
});

test('what never hits is told above all, with what ends it', () => {
  const cause = { kind: 'miss', reason: { code: 'env-changed', name: 'BUILD_ID', change: 'modified' } } as const;
  const stuck = { label: 'a#build', index: 0, command: 'tsc', runs: 3, cause, more: 0 };
  expect(summaryData({ ...largeRecord(3), neverHits: [stuck], notes: ['other'] }, none).remarks).toEqual([
    'a#build missed in 3 runs in a row: env \'BUILD_ID\' changed → if the result does not depend on it, in the config of the task: "untrackedEnv": ["BUILD_ID"]',
    'Note: other',
  ]);
});

test('nothing in a name or a path can become markup', () => {
  const hostile = `</script><script>alert(1)</script><!--<img src=x onerror=alert(2)>`;
  const step = sampleStep('a#build', hostile);
  const record = recordOf([runStarted(1), ...ran({ ...step, label: hostile }, firstRun, executed), runEnded()]);
  const page = summaryPage(summaryData(record, none));
  expect(page).not.toContain('<script>alert');
  expect(page.match(/<\/script/gi)).toHaveLength(2);
  expect(page.match(/<script/gi)).toHaveLength(2);
  const [, json = ''] = /id="data">(.*)<\/script>\n<script/s.exec(page) ?? [];
  expect(JSON.parse(json)).toMatchObject({ tasks: [{ label: hostile }] });
});

test('the page loads nothing and runs no script but its own', () => {
  // A namespace is a name, though it looks like an address.
  const page = summaryPage(summaryData(largeRecord(3), none)).replaceAll('http://www.w3.org/2000/svg', '');
  expect(page).toMatch(/default-src 'none'; style-src 'sha256-[^']+'; script-src 'sha256-[^']+'"/);
  expect(page.match(/(?:src|href)=|@import|url\(|https?:/g)).toBeNull();
});

test('a step with more inputs than a page can hold says how many more there are', () => {
  const record = largeRecord(9000);
  const [first] = record.tasks.flatMap(({ steps }) => steps.flatMap(({ stored }) => (stored.kind === 'stored' ? stored.entry.id : [])));
  const files = Array.from({ length: 40 }, (_, index) => ({ path: path(`src/${index}`), digest: '', executable: false }));
  const nothing = { absences: [], links: [], directories: [], listings: [], declared: undefined, programs: [], ambient: {} };
  const fingerprint = { ...nothing, files, asked: { names: [], sets: [] }, read: [], ignoredInputs: [] };
  const entry = { fingerprint, outputs: [], removals: [], ignoredOutputs: [] } as unknown as Entry;
  const { tasks, lines } = summaryData(record, new Map([[first ?? '', entry]]));
  expect(tasks[3]?.steps[0]?.contents).toMatchObject([{ title: 'Inputs', more: 15 }]);
  expect(lines).toHaveLength(25);
});

test('a page of 5,000 tasks stays below 5 MB', () => {
  expect(summaryPage(summaryData(largeRecord(5000), none)).length).toBeLessThan(5_000_000);
});
