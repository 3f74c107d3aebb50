import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { runAndList } from '../harness/loaded.ts';
import { createRig, type FileContent } from '../harness/rig.ts';

const workspace = {
  'package.json': { private: true, workspaces: ['packages/*'] },
  'packages/a/package.json': { name: 'a', scripts: { build: 'cat src.txt' } },
  'packages/a/src.txt': 'a',
};

async function rigWith(files: Readonly<Record<string, FileContent>>) {
  const rig = await createRig();
  await rig.write(files);
  return rig;
}

const cached = ['run', '--cache', '-r', 'build'];

test('--version loads the entry alone', async () => {
  const { stdout, loaded } = await runAndList(await createRig(), ['--version']);
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string };
  expect(stdout).toBe(`${version}\n`);
  expect(loaded).toEqual(['cli.mjs', 'diagnostic.mjs', 'package.mjs']);
});

test('--help loads no more than the version', async () => {
  const { loaded } = await runAndList(await createRig(), ['--help']);
  expect(loaded).toEqual(['cli.mjs', 'diagnostic.mjs', 'package.mjs']);
});

/** What only some runs need. */
const lazy =
  /^(piscina|.*\.worker\.mjs|lz4-napi|fzstd\.mjs|comlink\.mjs|yaml\.mjs|resolved-config\.mjs|mistakes\.mjs|live-.*\.mjs|picker.*\.mjs)$/;

test('threads are loaded to store, and not to hit; nothing reads YAML, checks configs or shows mistakes', async () => {
  const rig = await rigWith(workspace);
  const stored = await runAndList(rig, cached);
  expect(stored.loaded).toEqual(expect.arrayContaining(['piscina', 'blob.worker.mjs']));
  const { stdout, loaded } = await runAndList(rig, cached);
  expect(stdout).toContain('cache hit, replaying');
  expect(loaded).toContain('run.mjs');
  expect(loaded.filter((name) => lazy.test(name))).toEqual([]);
});

test('a run that caches nothing does not load the database', async () => {
  const rig = await rigWith(workspace);
  const { loaded } = await runAndList(rig, ['run', '-r', 'build']);
  expect(loaded).not.toContain('level.mjs');
});

test('YAML is read where pnpm has a workspace, and configs are checked where there is one', async () => {
  const rig = await rigWith({
    ...workspace,
    'pnpm-workspace.yaml': 'packages: [packages/*]\n',
    'packages/a/reprise.config.json': { tasks: { build: { command: 'cat src.txt' } } },
    'packages/a/package.json': { name: 'a' },
  });
  const { loaded } = await runAndList(rig, cached);
  expect(loaded).toEqual(expect.arrayContaining(['yaml.mjs', 'resolved-config.mjs']));
});
