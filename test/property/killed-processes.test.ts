import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { expect, test } from 'vitest';
import { codeOf } from '../../src/base/files.ts';
import { cli, node } from '../harness/cli.ts';
import { Random } from '../harness/random.ts';
import { createRig, type Rig } from '../harness/rig.ts';

const rounds = Number(process.env['REPRISE_ROUNDS'] ?? 200);
const firstSeed = Number(process.env['REPRISE_SEED'] ?? 0);

/** Processes of every kind: a shell, short and long ones, one in a session of its own, a run inside with what belongs to it. */
const victim = `(seq 1 300 | while read i; do cat input > out; done) & setsid sh -c 'sleep 0.2; cat input' &
ls -R . > list; ${node} ${cli} run --cache inner; wait`;

test('a process of a task that is killed at any moment, its helper too, ends that task alone', async () => {
  const { rig, milliseconds } = await workspace();
  const problems: string[] = [];
  const killed: Record<string, number> = {};
  for (let seed = firstSeed; seed < firstSeed + rounds; seed++) {
    const random = new Random(seed);
    await rig.write({ 'packages/victim/input': `${seed}`, 'packages/other/input': `${seed}` });
    const run = rig.start(['run', '-r', '--parallel', '--cache', 'build']);
    const name = await killOne(rig, random, milliseconds);
    const ended = await Promise.race([run.ended, patience()]);
    if (ended === 'late') {
      run.signal('SIGKILL');
      problems.push(`seed ${seed}, ${name}: hangs`);
      continue;
    }
    killed[name] = (killed[name] ?? 0) + 1;
    const other = (await rig.record())?.tasks.find(({ label }) => label === 'other#build')?.outcome;
    if (other !== 'executed' || /at .*\.mjs:\d/.test(ended.stderr)) problems.push(`seed ${seed}, ${name}: other ${other}, ${ended.stderr}`);
    await gone(rig).catch((error: unknown) => problems.push(`seed ${seed}, ${name}: ${String(error)}`));
  }
  process.stdout.write(`killed: ${JSON.stringify(killed)}\n`);
  expect(problems).toEqual([]);
});

async function workspace(): Promise<{ rig: Rig; milliseconds: number }> {
  const rig = await createRig();
  await rig.write({
    'package.json': { name: 'root', private: true, workspaces: ['packages/*'] },
    'package-lock.json': {},
    'packages/victim/package.json': {
      name: 'victim',
      version: '1.0.0',
      scripts: { build: 'sh build.sh', inner: 'sh -c "cat input; ls; sleep 0.1"' },
    },
    'packages/victim/build.sh': victim,
    'packages/victim/input': '',
    'packages/other/package.json': { name: 'other', version: '1.0.0', scripts: { build: 'sh -c "cat input; sleep 0.3; cp input out"' } },
    'packages/other/input': '',
  });
  const startedAt = Date.now();
  await rig.run(['run', '-r', '--cache', 'build']);
  return { rig, milliseconds: Date.now() - startedAt };
}

/** Its name, `nothing` when there was none at that moment. */
async function killOne(rig: Rig, random: Random, milliseconds: number): Promise<string> {
  await new Promise((resolve) => setTimeout(resolve, random.below(milliseconds)));
  const found = processesIn(rig);
  if (found.length === 0) return 'nothing';
  const pid = random.pick(found);
  const name = orGone(() => readFileSync(`/proc/${pid}/comm`, 'utf8').trim()) ?? 'nothing';
  return orGone(() => process.kill(pid, 'SIGKILL')) ? name : 'nothing';
}

function processesIn(rig: Rig): number[] {
  const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return processes.filter((pid) => orGone(() => readlinkSync(`/proc/${pid}/cwd`)) === rig.path('packages/victim')).map(Number);
}

/** Of what was killed, nothing stays. */
async function gone(rig: Rig): Promise<void> {
  for (let tries = 0; processesIn(rig).length > 0; tries++) {
    if (tries === 100)
      throw new Error(`lives on: ${processesIn(rig).map((pid) => orGone(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8')))}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function patience(): Promise<'late'> {
  return await new Promise((resolve) => setTimeout(() => resolve('late'), 60_000).unref());
}

function orGone<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return undefined;
  }
}
