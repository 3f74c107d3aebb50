import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { joinPath } from '../../src/base/path.ts';
import { Random } from '../harness/random.ts';
import { createRig, type Rig } from '../harness/rig.ts';
import { readTree } from '../harness/tree.ts';
import { randomPrograms } from './compound-programs.ts';

const seeds = process.env['REPRISE_ORACLE'] === 'full' ? 1000 : 200;
const firstSeed = Number(process.env['REPRISE_SEED'] ?? 0);
const runsPerSeed = 4;

test('whatever parts of a command hit, the tree is that of a clean run', async () => {
  const rig = await createRig();
  const script = [0, 1, 2, 3].map((part) => `sh part-${part}.sh`).join(' && ');
  await rig.write({ 'package.json': { name: 'compound', private: true, scripts: { build: script } } });
  const problems: string[] = [];
  const counts: Record<string, number> = {};
  for (let seed = firstSeed; seed < firstSeed + seeds && problems.length < 20; seed++) {
    const random = new Random(seed);
    await begin(rig, random);
    for (let round = 0; round < runsPerSeed; round++) {
      if (round > 0) await disturb(rig, random);
      const run = await rig.run(['run', '--cache', 'build']);
      const steps = run.record?.tasks[0]?.steps ?? [];
      const pattern = steps.map(({ decision, stored }) => (decision.kind === 'hit' ? 'H' : stored.kind === 'stored' ? 'm' : 'n')).join('');
      counts[pattern] = (counts[pattern] ?? 0) + 1;
      const expected = cleanTree(rig);
      const found = rig.tree('out');
      if (run.exitCode !== 0 || JSON.stringify(found) !== JSON.stringify(expected))
        problems.push(`seed ${seed}, run ${round} (${pattern}): ${run.stderr}${JSON.stringify(found)} is not ${JSON.stringify(expected)}`);
    }
  }
  process.stdout.write(`compound commands: hits H, stored m, not stored n: ${JSON.stringify(counts)}\n`);
  expect(problems).toEqual([]);
});

/** Programs and sources of their own for each seed, in one workspace with one cache. */
async function begin(rig: Rig, random: Random): Promise<void> {
  rmSync(rig.path('out'), { recursive: true, force: true });
  const programs = randomPrograms(random);
  await rig.write(Object.fromEntries(programs.map((text, part) => [`part-${part}.sh`, text])));
  for (const name of ['0', '1', '2', '3', 'shared', 'other']) await rig.write({ [`src/${name}.txt`]: 'first' });
}

/** A few sources get one of few states, so that earlier ones come back; at times outputs are gone. */
async function disturb(rig: Rig, random: Random): Promise<void> {
  for (let count = 1 + random.below(2); count > 0; count--) {
    await rig.write({ [`src/${random.pick(['0', '1', '2', '3', 'shared', 'other'])}.txt`]: random.pick(['first', 'second']) });
  }
  const gone = random.pick(['', '', '', '', '', '', 'out', 'out', 'out/a', 'out/d', 'out/last-1']);
  if (gone !== '') rmSync(rig.path(gone), { recursive: true, force: true });
}

function cleanTree(rig: Rig): Record<string, string> {
  const directory = joinPath(rig.temp, 'clean');
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory);
  cpSync(rig.path('src'), joinPath(directory, 'src'), { recursive: true });
  const env = { PATH: process.env['PATH'] };
  for (const part of [0, 1, 2, 3]) {
    cpSync(rig.path(`part-${part}.sh`), joinPath(directory, `part-${part}.sh`));
    execFileSync('sh', [`part-${part}.sh`], { cwd: directory, env, stdio: 'ignore' });
  }
  return readTree(joinPath(directory, 'out'));
}
