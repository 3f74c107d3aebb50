import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { joinPath, type AbsolutePath, type WorkspacePath } from '../../src/base/path.ts';
import { makeTaskId } from '../../src/graph/task.ts';
import { exitCodeFor } from '../../src/plan/not-runnable.ts';
import { splitCommand, type CommandStep } from '../../src/plan/command.ts';
import type { ReadyStep, StepOwner } from '../../src/plan/planned.ts';
import { makeReady } from '../../src/plan/ready.ts';
import { directoryWith } from './files.ts';

/** What a command came to: what its programs were given (see `probe`) and wrote, in order, and how it ended. */
export interface Reading {
  readonly output: string;
  readonly exitCode: number;
}

/** Tells its real directory, some variables and its arguments, so that a shell can be asked what it makes of a command. */
const probe = (exitCode: number) =>
  `#!/bin/sh\nprintf '\\1'; pwd -P\nprintf '%s\\0' "$PWD" "\${P-unset}" "\${Q-unset}" "\${A-unset}" "\${HOME-unset}" "$@"\nprintf '\\2'\nexit ${exitCode}\n`;

const variables = {
  HOME: '/home/me',
  A: 'one',
  TWO: 'a  b',
  PAD: ' x y ',
  STAR: '*.js',
  EMPTY: '',
  QUOTES: `"a' b`,
  SLASH: 'd/*',
  ROWS: 'a\nb\n',
  BACK: 'a\\nb',
  BACKSTAR: '\\*.js',
  D: 'd',
  OPTION: '-n',
};

/** A directory with the programs `probe` and `fail` in `bin`, and files that globs can match. */
export function probeDirectory(): AbsolutePath {
  const names =
    'b.js a.js B.js a Z9 .hidden.js a.ts [z] -dash plain bin/noexec d/one.js d/two.ts d/.dot e/one.js f/g/h.js f/é.js f/ü/x'.split(' ');
  const files = Object.fromEntries([...names, 'x y.js', 'with blank/x'].map((name) => [name, '']));
  // In a directory of its own, whose names nobody else changes.
  const root = joinPath(directoryWith(within('w', { 'bin/probe': probe(0), 'bin/fail': probe(3), ...files })), 'w');
  // Without `#!`, which a shell takes for a script of its own.
  writeFileSync(joinPath(root, 'script'), `exec bin/probe "$@"\n`);
  chmodSync(joinPath(root, 'script'), 0o755);
  mkdirSync(joinPath(root, 'empty'));
  symlinkSync('d', joinPath(root, 'link'));
  return root;
}

function within(directory: string, files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([path, content]) => [`${directory}/${path}`, content]));
}

const shells = { dash: ['/bin/sh', '-c', '--'], bash: ['bash', '--posix', '-c', '--'] } as const;

export type ShellName = keyof typeof shells;

/** What a shell makes of each text. One process asks them all, so that each costs no more than itself. */
export function readByShell(shell: ShellName, texts: readonly string[], root: AbsolutePath): Reading[] {
  const lines = texts.map((text) => `${shells[shell].join(' ')} ${quoted(text)} </dev/null 2>/dev/null; printf '\\3%d\\4' $?`);
  const path = `${root}/node_modules/.bin:${root}/bin:/usr/bin:/bin`;
  const env = { ...variables, PATH: path, LC_ALL: 'C' };
  const output = execFileSync('/bin/sh', { input: lines.join('\n'), cwd: root, env, encoding: 'utf8', maxBuffer: 1e9 });
  return output
    .split('\u0004')
    .slice(0, -1)
    .map((one) => {
      const end = one.lastIndexOf('\u0003');
      return { output: one.slice(0, end), exitCode: Number(one.slice(end + 1)) };
    });
}

/** One word of a shell that stands for exactly `text`. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

export interface OurReading extends Reading {
  /** A step of it was left to `/bin/sh`. */
  readonly usesShell: boolean;
}

/** What we make of a text; `undefined` where all of it goes to the shell, which is right by itself. */
export function readByUs(text: string, extraArgs: readonly string[], root: AbsolutePath): OurReading | undefined {
  const steps = splitCommand(text, { root, cwd: '' as WorkspacePath, extraArgs });
  if (steps.every(({ command, cwd }) => command.kind === 'shell' && cwd === '')) return undefined;
  let output = '';
  let usesShell = false;
  for (const step of steps) {
    const ready = readyFor(step, root);
    if ('code' in ready) return { output, exitCode: exitCodeFor(ready), usesShell };
    usesShell ||= ready.step.command.kind === 'shell';
    const end = endOf(ready);
    output += end.output;
    if (end.exitCode !== 0) return { output, exitCode: end.exitCode, usesShell };
  }
  return { output, exitCode: 0, usesShell };
}

function readyFor(step: CommandStep, root: AbsolutePath): ReturnType<typeof makeReady> {
  const id = makeTaskId('' as WorkspacePath, 't');
  const caching = { kind: 'uncached', reason: 'scripts-not-cached' } as const;
  const env = { ...variables, PATH: `${root}/bin:/usr/bin:/bin`, LC_ALL: 'C' };
  return makeReady(
    { task: id, label: 't', index: 0, owner: '' as StepOwner, caching, ...step },
    { root, directory: '' as WorkspacePath, env },
  );
}

/** What the step's program would write, without a process where that is known. */
function endOf({ step, program, args, cwd, env }: ReadyStep): Reading {
  if (step.command.kind === 'echo') return { output: `${args.join(' ')}\n`, exitCode: 0 };
  const name = program.slice(program.lastIndexOf('/') + 1);
  if (/\/bin\/(?:probe|fail)$/.test(program) && step.command.kind === 'program') {
    const told = [env['PWD'], env['P'] ?? 'unset', env['Q'] ?? 'unset', env['A'] ?? 'unset', env['HOME'] ?? 'unset', ...args];
    return { output: `\u0001${realpathSync(cwd)}\n${told.map((one) => `${one}\0`).join('')}\u0002`, exitCode: name === 'fail' ? 3 : 0 };
  }
  if (name === 'true' || name === 'false') return { output: '', exitCode: name === 'true' ? 0 : 1 };
  const { stdout, status } = spawnSync(program, args, { cwd, env, encoding: 'utf8' });
  return { output: stdout, exitCode: status ?? 126 };
}
