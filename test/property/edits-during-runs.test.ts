import { cpSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { orAbsent } from '../../src/base/files.ts';
import { Random } from '../harness/random.ts';
import { createRig, type Rig, type RunResult } from '../harness/rig.ts';
import { keepSources, randomEdit, type Edit } from './edits.ts';
import { PhaseServer } from './phase-server.ts';
import { phases, resultOf } from './phased-task.mjs';

const rounds = Number(process.env['REPRISE_ROUNDS'] ?? 200);
const firstSeed = Number(process.env['REPRISE_SEED'] ?? 0);

test('what a task read is what its stored result stands for, whenever it is edited', async () => {
  const { rig, server } = await phasedWorkspace();
  const problems: string[] = [];
  const counts = { stored: 0, notStored: 0, hitsAfter: 0, executedAfter: 0 };
  for (let seed = firstSeed; seed < firstSeed + rounds; seed++) {
    const random = new Random(seed);
    await rig.write({ 'nonce.txt': `nonce ${seed}\n` });
    const back = keepSources(rig);
    const edits = editsAt(rig, random);
    server.onPhase = (phase) => {
      for (const edit of edits.get(phase) ?? []) edit.apply();
    };
    const edited = await rig.run(['run', '--cache', 'build']);
    server.onPhase = () => {};
    counts[isStored(edited) ? 'stored' : 'notStored']++;
    const title = `seed ${seed} (${[...edits].map(([phase, all]) => `${phase}: ${all.map(({ name }) => name).join(' + ')}`).join(', ')})`;

    const after = await rig.run(['run', '--cache', 'build']);
    counts[after.record?.totals.hits === 1 ? 'hitsAfter' : 'executedAfter']++;
    problems.push(...wrongResult(rig, after, `${title}: after the edit`));
    back();
    problems.push(...wrongResult(rig, await rig.run(['run', '--cache', 'build']), `${title}: edit undone`));
  }
  process.stdout.write(`edits during runs: ${JSON.stringify(counts)}\n`);
  expect(problems).toEqual([]);
});

/** One to three edits at random phases; at times a single one that is taken back later. */
function editsAt(rig: Rig, random: Random): Map<number, Edit[]> {
  const edits = new Map<number, Edit[]>();
  const add = (phase: number, edit: Edit) => edits.set(phase, [...(edits.get(phase) ?? []), edit]);
  const editFor = (phase: number) => randomEdit(rig, random, { isWritten: phase === phases - 1 });
  const first = random.below(phases);
  if (random.chance(0.25)) {
    const edit = editFor(first);
    const backs: (() => void)[] = [];
    const apply = () => {
      backs.push(keepSources(rig));
      edit.apply();
    };
    add(first, { name: `${edit.name} for a while`, apply });
    add(first + random.below(phases - first), { name: 'undo', apply: () => backs.pop()?.() });
    return edits;
  }
  for (let phase = first, count = 1 + random.below(3); count > 0; count--, phase = random.below(phases)) add(phase, editFor(phase));
  return edits;
}

function wrongResult(rig: Rig, run: RunResult, title: string): string[] {
  if (run.exitCode !== 0) return [`${title}: exit code ${run.exitCode}: ${run.stderr}`];
  const how = run.record?.totals.hits === 1 ? 'restored' : 'executed';
  const found = orAbsent(() => readFileSync(rig.path('out/result.json'), 'utf8'));
  const expected = resultOf(rig.root);
  return found === expected ? [] : [`${title}: ${how} ${found}, not ${expected}`];
}

function isStored({ record }: RunResult): boolean {
  return record?.totals.stored === 1;
}

async function phasedWorkspace(): Promise<{ rig: Rig; server: PhaseServer }> {
  const rig = await createRig();
  const socket = `${rig.home}/phases.sock`;
  const server = await PhaseServer.listen(socket);
  onTestFinished(() => server.close());
  await rig.write({
    'package.json': { name: 'phased', private: true, scripts: { build: `node phased-task.mjs ${socket}` } },
    'nonce.txt': 'nonce\n',
    'src/a.txt': 'text a\n',
    'src/b.txt': 'text b\n',
    'src/deep/d.txt': 'text d\n',
    'plugins/one.txt': 'text 1\n',
    'targets/one/c.txt': 'text 1\n',
    'targets/two/c.txt': 'text 2\n',
  });
  cpSync(fileURLToPath(new URL('phased-task.mjs', import.meta.url)), rig.path('phased-task.mjs'));
  symlinkSync('src/a.txt', rig.path('latest'));
  symlinkSync('targets/one', rig.path('linked'));
  return { rig, server };
}

test('unedited runs are all stored', async () => {
  const rig = await createRig();
  const outputs = ['one/dist', 'two/dist', 'three/dist', 'four/out.txt', 'four/copy.txt'];
  const write = (name: string, script: string, dependencies: Record<string, string>) =>
    rig.write({
      [`packages/${name}/package.json`]: { name, version: '1.0.0', scripts: { build: script }, dependencies },
      [`packages/${name}/src/a.txt`]: name,
    });
  await rig.write({ 'package.json': { name: 'root', private: true, workspaces: ['packages/*'] }, 'nonce.txt': '0' });
  await write('one', 'rm -rf dist && mkdir dist && cat ../../nonce.txt src/*.txt > dist/all.txt && ls -R . > dist/names.txt', {});
  await write(
    'two',
    "node -e \"const fs = require('fs'); fs.mkdirSync('dist', {recursive: true}); fs.writeFileSync('dist/out.txt', fs.readFileSync('../../nonce.txt') + fs.readdirSync('src'))\"",
    {},
  );
  await write('three', 'mkdir -p dist && cat ../one/dist/all.txt ../two/dist/out.txt > dist/new && mv dist/new dist/sum.txt', {
    one: '*',
    two: '*',
  });
  await write('four', 'cat ../../nonce.txt > out.txt && cp out.txt copy.txt && cat copy.txt >> out.txt', {});
  const random = new Random(firstSeed);
  const problems: string[] = [];
  let steps = 0;
  for (let round = 0; round < rounds; round++) {
    const variation = random.pick(['nonce', 'env', 'nothing left', 'no outputs left']);
    if (variation !== 'env') await rig.write({ 'nonce.txt': `${round}` });
    if (variation === 'nothing left') rmSync(rig.path('node_modules'), { recursive: true, force: true });
    if (variation.endsWith('left')) for (const path of outputs) rmSync(rig.path(`packages/${path}`), { recursive: true, force: true });
    const env = variation === 'env' ? { NEXT_ROUND: String(round) } : {};
    const args = ['run', '-r', '--cache', '--concurrency-limit', String(1 + random.below(6)), 'build'];
    const run = await rig.run(args, { env });
    steps += run.record?.totals.misses ?? 0;
    const refused = (run.record?.tasks ?? []).flatMap((task) => task.steps).filter(({ stored }) => stored.kind === 'not-stored');
    problems.push(
      ...refused.map(({ label, index, stored }) => `round ${round} (${variation}): ${label} ${index}: ${JSON.stringify(stored)}`),
    );
    if (run.exitCode !== 0 || run.stderr !== '') problems.push(`round ${round} (${variation}): ${run.exitCode} ${run.stderr}`);
  }
  process.stdout.write(`unedited runs: ${rounds} runs, ${steps} steps executed, ${problems.length} problems\n`);
  expect(problems).toEqual([]);
});
