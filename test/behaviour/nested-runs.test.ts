import { expect, test } from 'vitest';
import { createRig, type Rig } from '../harness/rig.ts';

/** A root and two packages, of which `b` depends on `a`. */
async function workspace(rootScripts: Record<string, string>, scripts: Record<string, string>): Promise<Rig> {
  const rig = await createRig();
  await rig.write({
    'package.json': { name: 'root', workspaces: ['packages/*'], scripts: rootScripts },
    'packages/a/package.json': { name: 'a', version: '1.0.0', scripts },
    'packages/b/package.json': { name: 'b', version: '1.0.0', scripts, dependencies: { a: '*' } },
  });
  return rig;
}

const outcomes = ({ record }: Awaited<ReturnType<Rig['run']>>) => record?.tasks.map(({ label, outcome }) => `${label} ${outcome}`);

test('a run inside a script is part of the run around it', async () => {
  const rig = await workspace({ ci: 'touch one && reprise run -r --cache build && cat one' }, { build: 'pwd > out' });
  const first = await rig.run(['run', 'ci']);
  expect(outcomes(first)).toEqual(['root#ci executed', 'a#build executed', 'b#build executed']);
  expect(first.record?.totals).toMatchObject({ tasks: 3, steps: 4, misses: 2, uncached: 2 });
  expect(outcomes(await rig.run(['run', 'ci']))).toEqual(['root#ci executed', 'a#build restored', 'b#build restored']);
});

test('what fails in it fails the task around it, with its exit code', async () => {
  const rig = await workspace({ ci: 'reprise run -r build && touch after' }, { build: 'sh -c "exit 7"' });
  const { exitCode } = await rig.run(['run', 'ci']);
  expect(exitCode).toBe(7);
  expect(rig.tree()).not.toHaveProperty('after');
});

test('assignments before it reach its tasks', async () => {
  const rig = await workspace({ ci: 'A=1 B="$HOME" reprise run a#show' }, { show: 'sh -c "echo $A,$B"' });
  expect((await rig.run(['run', 'ci'], { env: { A: '0' } })).stdout).toContain(`1,${rig.home}`);
});

test('a limit of its own holds', async () => {
  const rig = await workspace(
    { ci: 'reprise run -r --parallel --concurrency-limit 1 build' },
    { build: 'sh -c "mkdir ../lock && rmdir ../lock"' },
  );
  expect((await rig.run(['run', '--concurrency-limit', '4', 'ci'])).exitCode).toBe(0);
});

test('without a limit, --parallel inside starts everything at once', async () => {
  const rig = await createRig();
  const [a, b] = [await rig.command('a'), await rig.command('b')];
  await rig.write({
    'package.json': { name: 'root', workspaces: ['packages/*'], scripts: { dev: 'reprise run -r --parallel serve' } },
    'packages/a/package.json': { name: 'a', scripts: { serve: a.command } },
    'packages/b/package.json': { name: 'b', scripts: { serve: b.command }, dependencies: { a: '*' } },
  });
  const run = rig.start(['run', '--concurrency-limit', '1', 'dev']);
  const [first, second] = [await a.started(), await b.started()];
  first.exit(0);
  second.exit(0);
  expect((await run.ended).exitCode).toBe(0);
});

test('a note says what is left out of a run inside itself', async () => {
  const rig = await workspace({ build: 'printf x && reprise run -r build' }, { build: 'true' });
  const { stderr, record } = await rig.run(['run', 'build']);
  expect(stderr).toContain("note: root#build is left out: it runs 'build' in every package itself");
  expect(record?.tasks.map(({ label }) => label)).toEqual(['root#build', 'a#build', 'b#build']);
});

test('the config of a package that only a run inside needs is read', async () => {
  const rig = await workspace({ ci: 'reprise run a#gen' }, {});
  await rig.write({ 'packages/a/vite-task.json': { tasks: { gen: 'printf made' } } });
  expect((await rig.run(['run', 'ci'])).stdout).toContain('made');
});
