import { expect, test } from 'vitest';
import { differences } from '../tree.mjs';
import type { Rig } from '../harness/rig.ts';
import { removeDist, removeGenerated } from './fresh-copy.mjs';
import { copyKitchen, enter, executedTasks, notStored, outputsOf, type SourceState } from './kitchen.ts';
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

test.each(disturbances)('going back and forth between two states hits, and leaves what a clean build leaves: %s', async (_, disturb) => {
  const rig = await copyKitchen();
  const problems: string[] = [];
  const visits = [
    { state: stateA, hits: false },
    { state: stateB, hits: false },
    { state: stateA, hits: true },
    { state: stateB, hits: true },
    { state: stateA, hits: true },
  ];
  for (const [index, { state, hits }] of visits.entries()) {
    const title = `visit ${index + 1} (${state === stateA ? 'A' : 'B'})`;
    await enter(rig, state);
    await disturb(rig);
    const run = await rig.run(['run', '-r', '--cache', 'build']);
    if (run.exitCode !== 0) problems.push(`${title}: ${run.stdout}${run.stderr}`);
    problems.push(...notStored(run).map((line) => `${title}: not stored: ${line}`));
    if (hits) problems.push(...executedTasks(run).map((label) => `${title}: executed ${label}`));
    const lines = differences(await expectedOutputs(state), outputsOf(rig));
    const isOld = (line: string) => keepsOld.test(line) && line.includes(': absent → ');
    problems.push(...lines.filter((line) => hits || !isOld(line)).map((line) => `${title}: ${line}`));
  }
  expect(problems).toEqual([]);
});
