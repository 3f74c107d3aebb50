import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { expect, test } from 'vitest';
import { joinPath, type AbsolutePath, type WorkspacePath } from '../../../src/base/path.ts';
import { makeTaskId } from '../../../src/graph/task.ts';
import { splitCommand } from '../../../src/plan/command.ts';
import type { StepOwner } from '../../../src/plan/planned.ts';
import { makeReady } from '../../../src/plan/ready.ts';
import { directoryWith } from '../../harness/files.ts';

/** Prints its directory, the variables `P` and `Q`, and its arguments, so that `sh` can be asked what it makes of a command. */
const probe = `#!/bin/sh\nprintf '%s|%s|%s' "$PWD" "\${P-unset}" "\${Q-unset}"\nfor word; do printf '|%s' "$word"; done\necho\n`;

const env = {
  HOME: '/home/me',
  A: 'one',
  TWO: 'a  b',
  PAD: ' x y ',
  STAR: '*.js',
  EMPTY: '',
  QUOTES: `"a' b`,
  SLASH: 'd/*',
  ROWS: 'a\nb\n',
};

function files(): AbsolutePath {
  const names = [
    'b.js',
    'a.js',
    'B.js',
    '.hidden.js',
    'a.ts',
    'x y.js',
    '[z]',
    'd/one.js',
    'd/two.ts',
    'd/.dot',
    'e/one.js',
    'f/g/h.js',
    '-dash',
  ];
  const root = directoryWith({ 'bin/probe': probe, ...Object.fromEntries(names.map((name) => [name, ''])) });
  mkdirSync(joinPath(root, 'empty'));
  symlinkSync('d', joinPath(root, 'link'));
  return root;
}

function bySh(root: AbsolutePath, text: string): string[] {
  const path = `${root}/bin:${process.env['PATH']}`;
  const output = execFileSync('/bin/sh', ['-c', text], { cwd: root, env: { ...env, PATH: path, LC_ALL: 'C' }, encoding: 'utf8' });
  return output.split(/\n(?=\/)/).map((line) => line.trimEnd());
}

function byUs(root: AbsolutePath, text: string): string[] | 'shell' {
  const id = makeTaskId('' as WorkspacePath, 't');
  const task = {
    task: id,
    label: 't',
    index: 0,
    owner: '' as StepOwner,
    caching: { kind: 'uncached', reason: 'scripts-not-cached' },
  } as const;
  const steps = splitCommand(text, { root, cwd: '' as WorkspacePath, extraArgs: [] });
  const lines = steps.map((step) => {
    const path = `${root}/bin:/usr/bin:/bin`;
    const ready = makeReady({ ...task, ...step }, { root, directory: '' as WorkspacePath, env: { ...env, PATH: path } });
    if ('code' in ready) throw new Error(ready.message);
    if (step.command.kind !== 'program') return undefined;
    return [ready.cwd, ready.env['P'] ?? 'unset', ready.env['Q'] ?? 'unset', ...ready.args].join('|').trimEnd();
  });
  return lines.includes(undefined) ? 'shell' : lines.filter((line) => line !== undefined);
}

test.for([
  'probe a b  c',
  'probe "a b" \'c d\' e\\ f',
  'probe a"b"\'c\'d',
  'probe "" \'\' x',
  'probe "a\'b" \'a"b\'',
  'probe "a\\"b" "a\\\\b" "a\\nb" "\\$A"',
  "probe 'a\\b' a\\\\b \\a",
  'probe \\$A \\"x\\" \\\'',
  'probe $A ${A} "$A" "${A}"',
  'probe pre$A ${A}post pre"$A"post',
  "probe '$A' \\$A",
  'probe $UNSET x "$UNSET"',
  'probe $EMPTY x "$EMPTY"',
  'probe pre$UNSET',
  'probe $TWO',
  'probe "$TWO"',
  'probe $PAD',
  'probe pre$PAD"post"',
  'probe "pre"$PAD',
  'probe ${PAD}${PAD}',
  'probe ${TWO}${TWO}',
  'probe $ROWS',
  'probe $QUOTES "$QUOTES"',
  'probe ${UNSET:-fallback} ${EMPTY:-fallback} ${A:-fallback}',
  'probe ${UNSET:-} "${UNSET:-}" "${UNSET:-x.y/z}"',
  'probe *.js',
  'probe "*.js" \'*.js\' \\*.js',
  'probe *".js" "a"*',
  'probe ?.js',
  'probe [ab].js',
  'probe [a-c].* [!a].js',
  'probe [[:upper:]].js [[:lower:]].ts',
  'probe [z-a].js [!z-a].js [a-cz-b].js [-a].js [a-].js',
  'probe \\[z] "[z]" [z]',
  'probe [a',
  'probe *',
  'probe .h*',
  'probe */*.js',
  'probe */*/*.js',
  'probe d/* d/.d*',
  'probe */',
  'probe ./*.js ./d/../*.ts',
  'probe link/* link/',
  'probe */one.js */gone.js',
  'probe nothing*here *.nope d/*.zip',
  'probe empty/*',
  'probe $STAR "$STAR"',
  'probe $SLASH',
  'probe -* --glob=*.js',
  'probe ~ ~/x "~" \\~ a~ a:~ --x=~/y',
  'P=1 probe',
  'P=1 Q=2 probe x',
  'P="a b" Q=\'c\' probe',
  'P= probe',
  'P=$TWO Q=*.js probe',
  'P=~/x Q=~ probe ~',
  'P=$PAD Q="$A"$A probe',
  'P=1 Q=$P probe',
  'A=new probe $A',
  'probe P=1 a=b',
  'probe a && probe b && probe c',
  'cd d && probe *',
  'cd d && probe $PWD && cd ../f/g && probe *',
  'cd "f" && cd g && probe ../*',
  'cd link && probe $PWD',
  'probe a,b a=b a:b a@b a%b a+b a^b a!b a]b',
  'probe -- -x --y=z',
  'probe {} a{}',
  'probe a#b',
  '  probe a  ',
  './bin/probe x',
  'cd d && ../bin/probe x',
  '"probe" x',
])('%s', (text) => {
  const root = files();
  expect(byUs(root, text)).toEqual(bySh(root, text));
});

test('whatever a command is made of, it means what it means to sh', () => {
  const root = files();
  const pieces = [
    'a',
    ' ',
    ' ',
    '"',
    "'",
    '\\',
    '*',
    '?',
    '[',
    ']',
    '-',
    '.js',
    '/',
    '$A',
    '${TWO}',
    '$PAD',
    '~',
    '=',
    ':',
    '#',
    '!',
    'd',
    '${UNSET:-u}',
    '{}',
    '"$TWO"',
    "'*'",
    ' && probe ',
  ];
  const random = makeRandom(7);
  const commands = Array.from(
    { length: 800 },
    () => `probe ${Array.from({ length: 1 + random(8) }, () => pieces[random(pieces.length)]).join('')}`,
  );
  const split = commands
    .map((text) => ({ text, ours: byUsOrMissing(root, text) }))
    .filter(({ ours }) => ours !== 'shell' && ours !== 'missing');
  expect(split.length).toBeGreaterThan(200);
  expect(split.map(({ ours }) => ours)).toEqual(split.map(({ text }) => bySh(root, text)));
});

function byUsOrMissing(root: AbsolutePath, text: string): string[] | 'shell' | 'missing' {
  try {
    return byUs(root, text);
  } catch (error) {
    if (error instanceof Error && error.message.includes('is not found')) return 'missing';
    throw error;
  }
}

/** The same numbers in every run. */
function makeRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
