import { mkdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createIgnoringTasks, createTasks, type Run } from '../harness/tasks.ts';
import type { Rig } from '../harness/rig.ts';

const stamped = { build: 'cat stamp src' };

/** Runs with another stamp each time. */
async function runs(rig: Rig, run: Run, stamps: readonly string[], file = 'stamp'): Promise<string[]> {
  const lines: string[] = [];
  for (const stamp of stamps) {
    await rig.write({ [file]: stamp });
    const { stdout } = await run();
    lines.push(/^! .*$/m.exec(stdout)?.[0] ?? '');
  }
  return lines;
}

const line =
  `! app#build missed in 3 runs in a row: 'stamp' modified → if the result does not depend on it, in the config of the task: ` +
  `"input": [{ "auto": true }, { "pattern": "!stamp", "base": "workspace" }]`;

test('a file that changes with each run is named at the third miss in a row, with the line that mends it', async () => {
  const { rig, run } = await createTasks(stamped, { src: '', stamp: '' });
  await run();
  // The third one hits.
  expect(await runs(rig, run, ['1', '2', '2', '3', '4', '5'])).toEqual(['', '', '', '', '', line]);
  const { stdout } = await rig.run(['run', '--last-details']);
  expect(stdout).toContain(line);

  const mended = { build: { command: stamped.build, input: [{ auto: true }, { pattern: '!stamp', base: 'workspace' }] } };
  await rig.write({ 'reprise.config.json': { tasks: mended } });
  await runs(rig, run, ['6']);
  await rig.write({ stamp: '7' });
  expect(await run()).toMatchObject({ outcome: 'restored' });
});

test('a result that is refused each time is named, with what mends it', async () => {
  const { rig, run } = await createTasks({ build: 'sh -c "cat log; echo x >> log"' }, { log: '' });
  expect(await runs(rig, run, ['1', '2', '3'], 'other')).toEqual([
    '',
    '',
    expect.stringContaining(`! app#build was not stored in 3 runs in a row: modified its input 'log' → if the result`),
  ]);
});

test('a variable that changes with each run is named', async () => {
  const { run } = await createTasks({ build: { command: 'true x', env: ['BUILD_ID'] } });
  const told: string[] = [];
  for (const id of ['0', '1', '2', '3']) told.push((await run('build', { env: { BUILD_ID: id } })).stdout);
  expect(told.at(-1)).toContain(
    `env 'BUILD_ID' changed → if the result does not depend on it, in the config of the task: "untrackedEnv": ["BUILD_ID"], and not in "env"`,
  );
  expect(told.slice(0, 3).join('')).not.toContain('in a row');
});

test('in a repository, editing what it does not ignore is work, and what it ignores is generated', async () => {
  const { rig, run } = await createIgnoringTasks({ build: 'cat src/a dist/stamp' }, { 'src/a': '', 'dist/stamp': '' });
  await run();
  expect(await runs(rig, run, ['1', '2', '3'], 'src/a')).toEqual(['', '', '']);
  expect(await runs(rig, run, ['1', '2', '3'], 'dist/stamp')).toEqual(['', '', expect.stringContaining(`'dist/stamp' modified`)]);
});

test('what another task makes anew is its business', async () => {
  const { rig, run } = await createTasks({ gen: 'cp src made', build: { command: 'cat made', dependsOn: ['gen'] } }, { src: '', made: '' });
  await rig.remove('made');
  await run();
  const lines = await runs(rig, run, ['1', '2', '3'], 'src');
  expect(lines.slice(0, 2)).toEqual(['', '']);
  expect(lines[2]).toContain(`! app#gen missed in 3 runs in a row: 'src' modified`);
});

test('a history that can be neither read nor written costs nothing', async () => {
  const { rig, run } = await createTasks(stamped, { src: '', stamp: '' });
  mkdirSync(rig.path('node_modules/.cache/reprise/miss-history.json'), { recursive: true });
  expect(await run()).toMatchObject({ exitCode: 0, outcome: 'executed', stderr: '' });
});
