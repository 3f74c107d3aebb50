import { expect, test } from 'vitest';
import type { WorkspacePath } from '../../../src/base/path.ts';
import { describeNotStored } from '../../../src/cache/not-stored.ts';
import { inputsThatMatter, outputsThatMatter, saidBy } from '../../../src/cache/said.ts';
import { noReports, type Reported, type Reports } from '../../../src/execute/ipc/reports.ts';
import type { Trace } from '../../../src/execute/trace/trace.ts';
import type { ReadyStep } from '../../../src/plan/planned.ts';
import { directoryWith } from '../../harness/files.ts';
import { path, sampleStep } from './sample.ts';

const root = '/nowhere' as never;

function said(reported: Reported, at = root) {
  const step = sampleStep();
  if (step.caching.kind !== 'cached') throw new Error('the sample is cached');
  const ready = { step, servedEnv: {}, declaredEnv: {} } as unknown as ReadyStep;
  return saidBy(reported, ready, step.caching, { root: at, salt: Buffer.alloc(32) });
}

const reported = (reports: Partial<Reports>): Reported => ({ kind: 'reported', reports: { ...noReports, ...reports } });

test.for([
  [{ kind: 'off' }, undefined],
  [reported({}), undefined],
  [reported({ cacheDisabled: true }), 'the command asked not to be cached (disableCache)'],
  [reported({ trouble: 'a line of 70000 bytes' }), 'task communication failed: a line of 70000 bytes'],
  [reported({ cacheDisabled: true, trouble: 'x' }), 'the command asked not to be cached (disableCache)'],
  [{ kind: 'unavailable', why: 'no\nsocket' }, 'task communication failed: no\\x0asocket'],
] as const satisfies [Reported, string | undefined][])('what keeps a result from being stored: %o', ([from, text]) => {
  const { refusal } = said(from);
  expect(refusal && describeNotStored(refusal)).toBe(text);
});

test('of ignored inputs those matter that were touched, or whose names come up where a directory was listed', () => {
  const at = directoryWith({});
  const names = ['touched', 'above', 'l', 'listed/new', 'other', '../beside'];
  const from = said(reported({ ignoredInputs: names.map((name) => `${at}/${name}`) }), at as never);
  const paths = new Map(['touched', 'above/a/b', 'listed'].map((name) => [path(name), {}]));
  const trace = { paths, crossedLinks: new Set([path('l')]) } as unknown as Trace;
  const listings = [{ path: path('listed'), names: [], own: false }];
  expect(inputsThatMatter(from, trace, listings)).toEqual(['above', 'l', 'listed/new', 'touched']);
  expect(inputsThatMatter(from, { ...trace, paths: new Map() }, [{ ...listings[0]!, path: '' as WorkspacePath }])).toEqual([
    'above',
    'l',
    'other',
    'touched',
  ]);
});

test('of ignored outputs those in the workspace matter', () => {
  const at = directoryWith({});
  const outputs = (...names: readonly string[]) => outputsThatMatter(said(reported({ ignoredOutputs: names }), at as never));
  expect(outputs(`${at}/a`, '/var/x')).toEqual(['a']);
  expect(outputs(`${at}/a`, `${at}/..`)).toEqual(['..']);
});
