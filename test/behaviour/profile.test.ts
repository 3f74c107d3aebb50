import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createTasks } from '../harness/tasks.ts';

interface Profile {
  readonly traceEvents: readonly { readonly ph: string; readonly cat?: string; readonly name: string }[];
}

test('--profile writes a trace of the run, of hits as of misses', async () => {
  const { rig, run } = await createTasks({ gen: 'cp a b', build: { command: 'cat b', dependsOn: ['gen'] } }, { a: 'A' });
  const sorts = async (name: string): Promise<Set<string | undefined>> => {
    await run('build', { flags: ['--profile', name] });
    const { traceEvents } = JSON.parse(readFileSync(rig.path(name), 'utf8')) as Profile;
    return new Set(traceEvents.filter(({ ph }) => ph === 'X').map(({ cat }) => cat));
  };
  expect([...(await sorts('first.json'))]).toEqual(expect.arrayContaining(['queue', 'lookup', 'spawn', 'run', 'digest', 'archive']));
  await rig.remove('b');
  const second = await sorts('second.json');
  expect([...second]).toEqual(expect.arrayContaining(['lookup', 'restore']));
  expect(second).not.toContain('run');
});

test('a profile that cannot be written is an error, and the run is as it was', async () => {
  const { run } = await createTasks({ build: 'true' });
  expect(await run('build', { flags: ['--profile', 'no/such/directory'] })).toMatchObject({
    exitCode: 1,
    outcome: 'executed',
    stderr: 'error[output-lost]: the profile cannot be written to no/such/directory: ENOENT\n',
  });
});

test('a profile is of a run', async () => {
  const { rig } = await createTasks({ build: 'true' });
  expect(await rig.run(['run', '--profile', 'x', '--dry-run', 'build'])).toMatchObject({ exitCode: 2 });
  expect(await rig.run(['run', '--profile', 'x'])).toMatchObject({ exitCode: 2 });
});
