import { expect, test } from 'vitest';
import { differences } from '../tree.mjs';
import type { MissReason } from '../../src/cache/miss-reason.ts';
import type { Rig, RunResult } from '../harness/rig.ts';
import { removeDist, removeGenerated } from './fresh-copy.mjs';
import { copyKitchen, enter, missReasons, notStored, outputsOf, type SourceState } from './kitchen.ts';
import { stateA, stateB } from './kitchen-states.ts';

/** What a build without cache leaves in a clean checkout of each state. */
const expected = new Map<SourceState, Map<string, string>>();

/** Tools that neither clean nor emit in full, so that what they execute keeps what their last execution left. */
const keepsOld = /^packages\/(?:recipe|scale|format)\//;

async function expectedOutputs(state: SourceState): Promise<Map<string, string>> {
  const known = expected.get(state);
  if (known) return known;
  const rig = await copyKitchen();
  removeGenerated(rig.root);
  await enter(rig, state);
  const run = await rig.run(['run', '-r', '--no-cache', 'build']);
  if (run.exitCode !== 0) throw new Error(run.stdout + run.stderr);
  const outputs = outputsOf(rig);
  expected.set(state, outputs);
  return outputs;
}

const disturbances: readonly (readonly [string, (rig: Rig) => Promise<void>])[] = [
  ['left alone', async () => {}],
  ['without dist', async (rig) => removeDist(rig.root)],
  [
    'with single files of dist gone',
    async (rig) => {
      const files = [...outputsOf(rig)].filter(([, what]) => what.startsWith('file')).map(([path]) => path);
      await rig.remove(...files.filter((_, index) => index % 3 === 1));
    },
  ],
];

/** What a visit may find: everything runs, or all hits but for listings that an executed visit had left fuller, or all hits. */
type Expectation = 'executes' | 'hits but for old names' | 'hits';

const visits: readonly (readonly [SourceState, Expectation])[] = [
  [stateA, 'executes'],
  [stateB, 'executes'],
  [stateA, 'hits but for old names'],
  [stateB, 'hits but for old names'],
  [stateA, 'hits'],
  [stateB, 'hits'],
];

test.each(disturbances)('going back and forth between two states hits, and leaves what a clean build leaves: %s', async (_, disturb) => {
  const rig = await copyKitchen();
  const problems: string[] = [];
  for (const [index, [state, expectation]] of visits.entries()) {
    await enter(rig, state);
    await disturb(rig);
    const run = await rig.run(['run', '-r', '--cache', 'build']);
    const found = [
      ...(run.exitCode === 0 ? [] : [run.stdout, run.stderr]),
      ...notStored(run).map((line) => `not stored: ${line}`),
      ...wronglyExecuted(run, expectation).map((line) => `executed ${line}`),
      ...differences(await expectedOutputs(state), outputsOf(rig)).filter((line) => expectation !== 'executes' || !isOld(line)),
    ];
    problems.push(...found.map((line) => `visit ${index + 1}: ${line}`));
  }
  expect(problems).toEqual([]);
});

function wronglyExecuted(run: RunResult, expectation: Expectation): string[] {
  const reasons = missReasons(run);
  const isExcused = (all: readonly MissReason[]) =>
    expectation === 'executes' ||
    (expectation !== 'hits' && all.every((reason) => reason.code === 'listing-changed' && reason.name.startsWith('only-')));
  return [...reasons].filter(([, all]) => !isExcused(all)).map(([step, all]) => `${step}: ${JSON.stringify(all)}`);
}

/** A file in an output directory that a clean build would not have. */
function isOld(difference: string): boolean {
  return keepsOld.test(difference) && difference.includes(': absent → ');
}
