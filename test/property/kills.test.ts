import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { expect, test } from 'vitest';
import { codeOf } from '../../src/base/files.ts';
import { isInside } from '../../src/base/path.ts';
import { Random } from '../harness/random.ts';
import { createRig, type Rig } from '../harness/rig.ts';

const rounds = Number(process.env['REPRISE_ROUNDS'] ?? 50);
const firstSeed = Number(process.env['REPRISE_SEED'] ?? 0);
const packages = ['one', 'two', 'three'];
const build = ['run', '-r', '--cache', 'build'];

test('a runner that is killed at any moment leaves nothing that a next run would trip over', async () => {
  const { rig, milliseconds } = await workspace();
  const problems: string[] = [];
  const counts = { hitsAfter: 0, missesAfter: 0 };
  for (let seed = firstSeed; seed < firstSeed + rounds; seed++) {
    const random = new Random(seed);
    await rig.write({ 'source.txt': `state ${random.chance(0.5) ? seed : random.below(4)}\n` });
    if (random.chance(0.3)) await removeOutputs(rig);
    const moment = random.below(milliseconds);
    await runAndKill(rig, moment);
    const next = await rig.run(build);
    counts.hitsAfter += next.record?.totals.hits ?? 0;
    counts.missesAfter += next.record?.totals.misses ?? 0;
    const last = await rig.run(build);
    const found = [
      ...(next.exitCode === 0 && next.stderr === '' ? [] : [`next run: ${next.exitCode} ${next.stderr}`]),
      ...(last.record?.totals.misses === 0 && last.stderr === '' ? [] : [`last run: ${last.stdout}${last.stderr}`]),
      ...wrongOutputs(rig).map((path) => `${path} is wrong`),
      ...temporaryFiles(rig).map((path) => `left ${path}`),
      ...processesIn(rig).map((process) => `lives on: ${process}`),
    ];
    problems.push(...found.map((problem) => `seed ${seed}, killed after ${moment} ms: ${problem}`));
  }
  process.stdout.write(`kills: ${rounds} rounds, ${JSON.stringify(counts)}\n`);
  expect(problems).toEqual([]);
});

/** Three packages in a row, and how long a run of all of them takes. */
async function workspace(): Promise<{ rig: Rig; milliseconds: number }> {
  const rig = await createRig();
  await rig.write({
    'package.json': { name: 'root', private: true, workspaces: ['packages/*'] },
    '.gitignore': 'dist\nnode_modules\n',
    'source.txt': 'state 0\n',
    'build.sh': 'mkdir -p dist/deep\nseq 1 50000 > dist/deep/numbers.txt\ncat ../../source.txt > dist/state.txt\nseq 1 5000\n',
  });
  execFileSync('git', ['init', '--quiet'], { cwd: rig.root });
  for (const [index, name] of packages.entries()) {
    const dependencies = index === 0 ? {} : { [packages[index - 1] ?? '']: '*' };
    await rig.write({
      [`packages/${name}/package.json`]: { name, version: '1.0.0', scripts: { build: 'sh ../../build.sh' }, dependencies },
    });
  }
  const startedAt = Date.now();
  await rig.run(build);
  return { rig, milliseconds: Date.now() - startedAt };
}

/** The moment is what is random here: nothing is waited for but the end. */
async function runAndKill(rig: Rig, moment: number): Promise<void> {
  const cli = rig.start(build);
  const timer = setTimeout(() => cli.signal('SIGKILL'), moment);
  await cli.ended;
  clearTimeout(timer);
}

async function removeOutputs(rig: Rig): Promise<void> {
  const paths = packages.map((name) => `packages/${name}/dist`);
  await rig.remove(...paths.filter((path) => Object.keys(rig.tree(path)).length > 0));
}

const numbers = Array.from({ length: 50_000 }, (_, index) => `${index + 1}\n`).join('');

function wrongOutputs(rig: Rig): string[] {
  const expected = JSON.stringify({ 'deep/numbers.txt': numbers, 'state.txt': readFileSync(rig.path('source.txt'), 'utf8') });
  return packages.map((name) => `packages/${name}/dist`).filter((path) => JSON.stringify(rig.tree(path)) !== expected);
}

function temporaryFiles(rig: Rig): string[] {
  const names = readdirSync(rig.root, { recursive: true, encoding: 'utf8' });
  return [...names.filter((name) => /\.(?:tmp|reprise)$/.test(name)), ...readdirSync(rig.temp)];
}

function processesIn(rig: Rig): string[] {
  const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return processes.flatMap((pid) => {
    const cwd = orUnseen(() => readlinkSync(`/proc/${pid}/cwd`));
    return cwd !== undefined && isInside(rig.root, cwd) ? [`${pid} ${orUnseen(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8'))}`] : [];
  });
}

/** A process that is gone by now, or another user's. */
function orUnseen(read: () => string): string | undefined {
  try {
    return read();
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return undefined;
  }
}
