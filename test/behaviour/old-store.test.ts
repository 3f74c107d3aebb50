import { cpSync, existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { createTasks } from '../harness/tasks.ts';

/** What the version before left of two runs of this very task. */
const oldStore = fileURLToPath(new URL('./old-store', import.meta.url));
const files = { 'build.sh': 'mkdir -p dist && cp a.txt dist/a.txt && echo built\n', 'a.txt': 'A\n' };

test('a store of the format before is dropped unread, and the new one serves', async () => {
  const { rig, run } = await createTasks({ build: 'sh build.sh' }, files);
  const home = rig.path('node_modules/.cache/reprise');
  cpSync(oldStore, home, { recursive: true });
  expect(readdirSync(home)).toContain('v1');

  expect(await run()).toMatchObject({ outcome: 'executed', miss: { code: 'first-run' }, notStored: undefined, exitCode: 0, stderr: '' });
  expect(existsSync(rig.path('node_modules/.cache/reprise/v1'))).toBe(false);
  expect(rig.tree('dist')).toEqual({ 'a.txt': 'A\n' });

  await rig.remove('dist');
  expect(await run()).toMatchObject({ outcome: 'restored', written: 1, stderr: '' });
  expect(rig.tree('dist')).toEqual({ 'a.txt': 'A\n' });
});

test('of a store of the format before nothing is told or read where nothing may be written', async () => {
  const { rig } = await createTasks({ build: 'sh build.sh' }, files);
  cpSync(oldStore, rig.path('node_modules/.cache/reprise'), { recursive: true });
  const { stdout, stderr } = await rig.run(['run', '--dry-run', 'build']);
  expect(stderr).toBe('');
  expect(stdout).toContain('cache miss: no earlier run');
});
