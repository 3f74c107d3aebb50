import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createRig, type Rig } from '../harness/rig.ts';

async function workspace(): Promise<Rig> {
  const rig = await createRig();
  await rig.write({
    'package.json': { private: true, workspaces: ['packages/*'] },
    'packages/a/package.json': { name: 'a', scripts: { build: 'cat in.txt' } },
    'packages/a/in.txt': 'in',
  });
  return rig;
}

test('init writes a config into the root, with which scripts are cached', async () => {
  const rig = await workspace();
  const { exitCode, stdout } = await rig.run(['init'], { cwd: 'packages/a' });
  expect([exitCode, stdout]).toEqual([0, `${rig.path('reprise.config.ts')} is written. \`reprise run\` lists what can be run.\n`]);
  await rig.run(['run', 'a#build']);
  expect((await rig.run(['run', 'a#build'])).record?.totals.hits).toBe(1);
});

test('what the starter suggests is a config', async () => {
  const rig = await workspace();
  await rig.run(['init']);
  const suggested = readFileSync(rig.path('reprise.config.ts'), 'utf8').replaceAll(/\/\/ (?=build:|test:)/g, '');
  await rig.write({ 'reprise.config.ts': suggested.replace("'codegen', ", '') });
  const { stdout } = await rig.run(['run']);
  expect(stdout).toContain('build: tsc -b\n');
  expect(stdout).toContain('test: vitest run\n');
});

test.each(['reprise.config.ts', 'vite-task.json'])('init leaves %s as it is', async (name) => {
  const rig = await workspace();
  await rig.write({ [name]: 'mine' });
  const { exitCode, stderr } = await rig.run(['init']);
  expect([exitCode, stderr]).toEqual([1, `error[config-exists]: The root of the workspace has a config already: ${name}\n`]);
  expect(rig.tree()).toMatchObject({ [name]: 'mine' });
  expect(Object.keys(rig.tree()).filter((path) => /^(reprise\.config|vite-task)\./.test(path))).toEqual([name]);
});
