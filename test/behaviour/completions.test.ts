import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { describeRun } from '../../src/plan/run-words.ts';
import { createRig, type Rig } from '../harness/rig.ts';

const cli = fileURLToPath(new URL('../../dist/cli.mjs', import.meta.url));

async function workspace(): Promise<Rig> {
  const rig = await createRig();
  await rig.write({
    'package.json': { private: true, workspaces: ['packages/*'] },
    'packages/a/package.json': { name: 'a', scripts: { build: 'true', bench: 'true' } },
    'packages/b/package.json': { name: '@scope/b', scripts: { build: 'true', 'a $(touch hacked)': 'true' } },
    '../bin/reprise': `#!/bin/sh\nexec "${process.execPath}" "${cli}" "$@"\n`,
  });
  chmodSync(rig.path('../bin/reprise'), 0o755);
  return rig;
}

function inShell(rig: Rig, [shell = '', ...args]: readonly string[]): string[] {
  const env = { PATH: `${rig.path('../bin')}:${process.env['PATH']}`, HOME: rig.home, TMPDIR: rig.temp };
  const { stdout, stderr, error } = spawnSync(shell, args, { cwd: rig.path('packages/a'), env, encoding: 'utf8' });
  if (error) throw error;
  expect(stderr).toBe('');
  return stdout.split('\n').filter((line) => line !== '');
}

/** What bash completes at the end of `line`; `words` as bash breaks it. */
function bash(rig: Rig, line: string, words: readonly string[]): string[] {
  const script = `source <(reprise completions bash)
    COMP_LINE="$1"; COMP_POINT=\${#1}; shift; COMP_WORDS=("$@"); COMP_CWORD=$(( $# - 1 ))
    _reprise; (( \${#COMPREPLY[@]} )) && printf '%s\\n' "\${COMPREPLY[@]}"; true`;
  return inShell(rig, ['bash', '-c', script, 'bash', line, ...words]);
}

describe('bash', () => {
  test.each([
    ['reprise ru', ['reprise', 'ru'], ['run']],
    ['reprise run --rec', ['reprise', 'run', '--rec'], ['--recursive']],
    ['reprise run --log ', ['reprise', 'run', '--log', ''], ['interleaved', 'labeled', 'grouped']],
    ['reprise run --log=gr', ['reprise', 'run', '--log', '=', 'gr'], ['grouped']],
    ['reprise run --log=', ['reprise', 'run', '--log', '='], ['interleaved', 'labeled', 'grouped']],
    ['reprise run b', ['reprise', 'run', 'b'], ['build', 'bench']],
    ['reprise run a#', ['reprise', 'run', 'a#'], ['a#build', 'a#bench']],
    ['reprise run @scope/b#bu', ['reprise', 'run', '@', 'scope/b#bu'], ['scope/b#build']],
    ['reprise run --events x b', ['reprise', 'run', '--events', 'x', 'b'], ['build', 'bench']],
    ['reprise run build b', ['reprise', 'run', 'build', 'b'], []],
    ['reprise completions z', ['reprise', 'completions', 'z'], ['zsh']],
  ])('completes %s', async (line, words, expected) => {
    expect(bash(await workspace(), line, words)).toEqual(expected);
  });

  test('knows every flag of run', async () => {
    const flags = describeRun().options.flatMap(({ short, long }) => [short, long].filter((name) => name));
    expect(bash(await workspace(), 'reprise run -', ['reprise', 'run', '-'])).toEqual(flags);
  });

  test('offers the names of all packages with -r, and evaluates none', async () => {
    const rig = await workspace();
    expect(bash(rig, 'reprise run -r ', ['reprise', 'run', '-r', ''])).toEqual(['build', 'bench', String.raw`a\ \$\(touch\ hacked\)`]);
    expect(rig.tree()).not.toHaveProperty('packages/a/hacked');
  });
});

const has = (shell: string) => spawnSync(shell, ['--version']).error === undefined;

/** In a stand-in for zsh's completion system, which prints what it is given. */
const zsh = (rig: Rig, words: readonly string[]) => {
  const script = `compdef() {}; _files() { print files }
    compadd() { print -l -- \${(P)2} }; _describe() { print -l -- \${(P)3} }
    source <(reprise completions zsh); words=("$@"); CURRENT=$#; _reprise`;
  return inShell(rig, ['zsh', '-f', '-c', script, 'zsh', ...words]);
};

const fish = (rig: Rig, line: string) => {
  mkdirSync(`${rig.home}/.config/fish`, { recursive: true });
  const script = 'reprise completions fish | source; complete -C $argv[1]';
  return inShell(rig, ['fish', '--no-config', '-c', script, line]).map((row) => row.split('\t')[0] ?? '');
};

describe.skipIf(!has('zsh'))('zsh', () => {
  test.each([
    [['reprise', ''], expect.arrayContaining(['run', 'doctor'])],
    [
      ['reprise', 'run', '--log', ''],
      ['interleaved', 'labeled', 'grouped'],
    ],
    [['reprise', 'run', '-r', '-'], expect.arrayContaining(['--recursive:in every package that has it, dependencies first'])],
    [
      ['reprise', 'run', '-r', ''],
      ['build', 'bench', 'a $(touch hacked)'],
    ],
    [['reprise', 'run', 'build', ''], ['files']],
  ])('completes %j', async (words, expected) => {
    expect(zsh(await workspace(), words)).toEqual(expected);
  });
});

describe.skipIf(!has('fish'))('fish', () => {
  test.each([
    ['reprise ru', ['run']],
    ['reprise run --rec', ['--recursive']],
    ['reprise run --log=gr', ['--log=grouped']],
    ['reprise run be', ['bench']],
    ['rp run be', ['bench']],
  ])('completes %s', async (line, expected) => {
    expect(fish(await workspace(), line)).toEqual(expect.arrayContaining(expected));
  });
});

test('an unknown shell is wrong usage', async () => {
  const { exitCode, stderr } = await (await createRig()).run(['completions', 'zish']);
  expect(exitCode).toBe(2);
  expect(stderr).toContain("error[usage]: There are no completions for 'zish'\nhint: Did you mean 'fish'");
});

test('outside of a workspace there are no tasks, and no complaint', async () => {
  const { stdout, stderr } = await (await createRig()).run(['completions', '--tasks']);
  expect(stdout + stderr).toBe('');
});
