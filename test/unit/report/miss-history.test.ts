import { expect, test } from 'vitest';
import { noHistory, parseHistory, withRun, type MissHistory } from '../../../src/report/miss-history.ts';
import { neverHits } from '../../../src/report/never-hit.ts';
import { recordOf } from '../../../src/report/record-of.ts';
import type { Decision, RunEvent, StepOutcome } from '../../../src/report/event.ts';
import { executed, exitedWith, firstRun, hit, notStored, path, ran, restored, runEnded, runStarted, sampleStep } from './sample.ts';

const build = sampleStep('a#build');

const changed = (...names: readonly string[]): Decision => ({
  kind: 'miss',
  reasons: names.map((name) => ({ code: 'input-changed', path: path(name), change: 'modified' })),
  more: 0,
});
const missed = (...names: readonly string[]): RunEvent[] => ran(build, changed(...names), executed);

/** What the last of several runs tells to never hit. */
function afterRuns(...runs: readonly (readonly RunEvent[])[]) {
  const records = runs.map((events) => recordOf([runStarted(1), ...events, runEnded()]));
  const history = records.reduce<MissHistory>((before, record) => withRun(before, record), noHistory);
  return neverHits(records.at(-1) ?? { tasks: [] }, history, () => false);
}

test('a step that misses for one file in three runs in a row is told of at the third', () => {
  expect(afterRuns(missed('gen/a'), missed('gen/a'))).toEqual([]);
  expect(afterRuns(missed('gen/a'), missed('gen/a'), missed('gen/a'))).toEqual([
    {
      label: 'a#build',
      index: 0,
      command: 'node build.js',
      runs: 3,
      cause: { kind: 'miss', reason: { code: 'input-changed', path: 'gen/a', change: 'modified' } },
      more: 0,
    },
  ]);
});

test('other files of one directory are one cause', () => {
  expect(afterRuns(missed('gen/a'), missed('gen/b'), missed('gen/c', 'x'))).toMatchObject([
    { runs: 3, cause: { kind: 'miss-below', code: 'input-changed', directory: 'gen' } },
  ]);
});

test('what changed in each of the last three runs counts, whatever else did', () => {
  expect(afterRuns(missed('x'), missed('x', 'y'), missed('y'), missed('y', 'z'))).toMatchObject([
    { runs: 3, cause: { reason: { path: 'y' } } },
  ]);
});

test('a hit begins the count anew', () => {
  const one = missed('gen/a');
  expect(afterRuns(one, one, ran(build, hit, restored), one, one)).toEqual([]);
});

test.each<[string, Decision, StepOutcome]>([
  ['failed', changed('gen/a'), exitedWith(1)],
  ['was forced', { kind: 'miss', reasons: [{ code: 'forced' }], more: 0 }, executed],
])('a run in which the step %s neither counts nor begins anew', (_, decision, outcome) => {
  const one = missed('gen/a');
  expect(afterRuns(one, one, ran(build, decision, outcome))).toEqual([]);
  expect(afterRuns(one, one, ran(build, decision, outcome), one)).toMatchObject([{ runs: 3 }]);
});

test('a result that is never stored is the cause, not that there is none', () => {
  const refused = ran(build, firstRun, notStored({ code: 'modified-input', path: path('db') }));
  expect(afterRuns(refused, refused, refused)).toMatchObject([{ cause: { kind: 'not-stored', reason: { path: 'db' } } }]);
});

test('edits to the task itself are no cause', () => {
  const edited = ran(build, { kind: 'miss', reasons: [{ code: 'input-config-changed' }], more: 0 }, executed);
  expect(afterRuns(edited, edited, edited)).toEqual([]);
});

test('a history stays small, and one that cannot be read is none', () => {
  const many = Array.from({ length: 1100 }, (_, index) => ran(sampleStep(`p${index}#build`), changed('gen/a'), executed)).flat();
  const history = withRun(noHistory, recordOf([runStarted(1100), ...many, runEnded()]));
  expect(Object.keys(history.steps)).toHaveLength(1000);
  expect(parseHistory(JSON.stringify(history))).toEqual(history);
  expect(['', '{', 'null', '{"version":99}'].map(parseHistory)).toEqual([noHistory, noHistory, noHistory, noHistory]);
});
