import { expect, test } from 'vitest';
import type { AbsolutePath, WorkspacePath } from '../../../src/base/path.ts';
import { splitCommand, type CommandStep } from '../../../src/plan/command.ts';

function split(text: string, extraArgs: readonly string[] = []): CommandStep[] {
  return splitCommand(text, { root: '/home/w' as AbsolutePath, cwd: 'packages/a' as WorkspacePath, extraArgs });
}

const shape = (text: string) => split(text).map((step) => [step.command.kind, step.shown, step.cwd]);

test('a command of words is one step, with its words kept as they were written', () => {
  expect(split(`node "a b" 'c' $X *.js`)).toEqual([
    {
      command: {
        kind: 'program',
        words: [
          [{ kind: 'text', text: 'node', quoted: false }],
          [{ kind: 'text', text: 'a b', quoted: true }],
          [{ kind: 'text', text: 'c', quoted: true }],
          [{ kind: 'variable', name: 'X', quoted: false }],
          [{ kind: 'text', text: '*.js', quoted: false }],
        ],
      },
      shown: `node "a b" 'c' $X *.js`,
      cwd: 'packages/a',
      envPrefix: [],
    },
  ]);
});

test('&& separates steps, each shown as it was written', () => {
  expect(shape(`tsc  -b && echo "a && b" &&   vite build`)).toEqual([
    ['program', 'tsc  -b', 'packages/a'],
    ['echo', 'echo "a && b"', 'packages/a'],
    ['program', 'vite build', 'packages/a'],
  ]);
});

test('cd is folded into the steps after it', () => {
  expect(shape(`tsc && cd src && a && cd ../../b/./c && b && cd /home/w/x && c && cd ../.. && d`)).toEqual([
    ['program', 'tsc', 'packages/a'],
    ['program', 'a', 'packages/a/src'],
    ['program', 'b', 'packages/b/c'],
    ['program', 'c', 'x'],
    ['program', 'd', '..'],
  ]);
});

test('assignments before a command belong to its step alone', () => {
  const [first, second] = split('A=1 B="x $A" C= node x.js && node y.js');
  expect(first?.envPrefix).toEqual([
    ['A', [{ kind: 'text', text: '1', quoted: false }]],
    [
      'B',
      [
        { kind: 'text', text: 'x ', quoted: true },
        { kind: 'variable', name: 'A', quoted: true },
      ],
    ],
    ['C', []],
  ]);
  expect(second?.envPrefix).toEqual([]);
});

test('extra arguments are literal words of the last step, and shown with it', () => {
  const [first, last] = split('a && b', ['--x=1', '$Y z', "it's", '']);
  expect(first).toMatchObject({ shown: 'a', command: { words: [[{ text: 'a' }]] } });
  expect(last).toMatchObject({ shown: "b --x=1 '$Y z' 'it'\\''s' ''" });
  expect(last?.command).toMatchObject({
    words: [[{ text: 'b' }], ...['--x=1', '$Y z', "it's", ''].map((text) => [{ text, quoted: true }])],
  });
});

test('extra arguments of the shell are shown too', () => {
  expect(split('a | b', ['c d'])).toEqual([
    { command: { kind: 'shell', script: 'a | b', args: ['c d'] }, shown: "a | b 'c d'", cwd: 'packages/a', envPrefix: [] },
  ]);
});

test('a command of nothing has no steps', () => {
  expect([...split(''), ...split(' \n')]).toEqual([]);
});

test.for([
  'a | b',
  'a || b',
  'a; b',
  'a;',
  'a; && b',
  'a & b',
  'a &',
  'a > out.txt',
  'a 2>&1',
  'a < in.txt',
  '(a)',
  '{ a; }',
  'echo $(a)',
  'echo `a`',
  'echo "`a`"',
  'echo $((1 + 1))',
  'a\nb',
  'if true; then a; fi',
  'for x in a b; do echo $x; done',
  'while a',
  'case x in',
  'export A=1 && a',
  'set -e && a',
  'source x.sh && a',
  '. ./x.sh && a',
  'eval a',
  'exec a',
  'exit 1',
  'A=1',
  'A=1 && a',
  '! a',
  'a {b,c}',
  'a # comment',
  'a ~root/x',
  "a $'x'",
  'a ${X%y}',
  'a ${X-y}',
  'a ${X:-$Y}',
  'a "${X:-\'y\'}"',
  'a $1 $@',
  'a $?',
  'a $RANDOM',
  '$X y',
  'a "b',
  'a && && b',
  '&& a',
  'cd',
  'cd x',
  'a && cd x',
  'cd - && a',
  'cd $X && a',
  'cd x y && a',
  'cd ~ && a',
  'A=1 cd x && a',
  'A=x:~/y a',
  'A=x~ a',
  'A+=1 a',
  'A[0]=1 a',
  'IFS=: a',
  'a $',
  'a $TERM',
  'a x{"b",c}',
  'a $[1]',
  'pwd',
  'kill 1',
  'cd gone && cd .. && a',
  'cd gone && cd ./../x && a',
  'cd gone && cd /tmp && a',
  'cd x/.. && a',
  'cd ../x/../y && a',
])('the shell gets %j whole', (text) => {
  expect(shape(text)).toEqual([['shell', text, 'packages/a']]);
});

test.for(['echo -n x', 'echo -e x', "echo 'a\\nb'", 'printf x'])(
  'shells disagree about %s, so a shell runs it, as a step of its own',
  (text) => {
    expect(shape(`cd x && ${text} && a`)).toEqual([
      ['shell', text, 'packages/a/x'],
      ['program', 'a', 'packages/a/x'],
    ]);
  },
);

test('an extra argument can make a plain echo one that shells disagree about', () => {
  expect(split('echo', ['-n'])).toMatchObject([{ command: { kind: 'shell', script: 'echo', args: ['-n'] } }]);
});

test('however long a command is, it is split in a moment', () => {
  const texts = ['{', '{,', '"', "a ''", '$', '\\', '~', '[', 'a=', 'a && '].map((piece) => piece.repeat(20_000));
  const before = process.cpuUsage();
  for (const text of texts) split(text);
  const { user } = process.cpuUsage(before);
  // Each takes a few milliseconds; what is quadratic would take minutes.
  expect(user / 1e6).toBeLessThan(10);
});
