import { mkdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createRig, type Rig } from '../harness/rig.ts';

async function workspace(): Promise<Rig> {
  const rig = await createRig();
  await rig.write({
    'package.json': { private: true, workspaces: ['packages/*'] },
    'packages/a/package.json': { name: 'a', scripts: { build: 'echo built | cat' } },
    'packages/b/package.json': { name: 'b', scripts: { build: "echo 'src/x.ts:3:14: wrong' >&2 && sh -c 'exit 2'" } },
    'packages/b/src/x.ts': 'x',
  });
  return rig;
}

const words = ['run', '--continue', '--cache', '-r', 'build'];

test('in the log of GitHub tasks fold, a mistake is annotated from the checkout’s root, and the job has a summary', async () => {
  const rig = await workspace();
  const page = rig.path('../summary.md');
  const env = { GITHUB_ACTIONS: 'true', GITHUB_WORKSPACE: rig.path('..'), GITHUB_STEP_SUMMARY: page };
  const { stdout, stderr, exitCode } = await rig.run(words, { env });
  expect([stderr, exitCode]).toEqual(['', 2]);
  expect(stdout).toContain('::group::── [a#build] ──\nbuilt\n::endgroup::\n');
  expect(stdout).toContain('::error file=workspace/packages/b/src/x.ts,line=3,col=14,title=b#build::src/x.ts:3:14: wrong\n');
  expect(readFileSync(page, 'utf8')).toContain('| a\\#build | ✓ run | no earlier run |');
});

test('a summary that cannot be written is a warning', async () => {
  const rig = await workspace();
  mkdirSync(rig.path('page'));
  const env = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: rig.path('page') };
  const { stderr, exitCode } = await rig.run(['run', '--cache', 'a#build'], { env });
  expect([stderr, exitCode]).toEqual(['warning: the job summary cannot be written: illegal operation on a directory\n', 0]);
});

test('--log decides where it is given', async () => {
  const { stdout } = await (await workspace()).run(['run', '--log', 'interleaved', 'a#build'], { env: { GITHUB_ACTIONS: 'true' } });
  expect(stdout).not.toContain('::group::');
});
