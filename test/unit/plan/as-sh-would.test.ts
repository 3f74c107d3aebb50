import { expect, test } from 'vitest';
import { withArgs } from '../../../src/plan/command.ts';
import { compareWithShells } from '../../harness/shell-comparison.ts';
import { probeDirectory, readByShell, readByUs, type Reading } from '../../harness/shell-oracle.ts';

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
  'probe "a $" "$ a" "\\x"',
  'probe $BACK "$BACK"',
  'probe $A$TWO"$A"',
  'probe "$A-x" "${A}x"',
  'probe [!z]* .[!.]*',
  'cd d && true && cd .. && probe',
  'cd f && cd ./ü && probe',
  "cd 'with blank' && probe",
  'probe a && fail b && probe c',
  'probe && gone',
  'probe && ./plain',
  'probe && bin',
  'PATH=/nowhere test 1 && probe',
  'cd gone && probe',
  'probe é 名前 👍 "é"',
  './script a "b c"',
  'probe $BACKSTAR',
  'cd f && probe ?.js [!a].js',
  'cd f && probe *',
  'echo  a   "b  c" $TWO',
])('%s', (text) => {
  const root = probeDirectory();
  const ours = readByUs(text, [], root);
  expect([ours?.output, ours?.exitCode]).toEqual(readByShell('bash', [text], root).map(({ output, exitCode }) => [output, exitCode])[0]);
});

test('whatever a command is made of, and whatever is added to it, it means what it means to sh', () => {
  const { compared, disagreements } = compareWithShells(7, 1000);
  expect(disagreements).toEqual([]);
  expect(compared).toBeGreaterThan(350);
});

test.for([
  ['./', ''],
  ['-x', '--', '--y=z'],
  ["it's", '"', '$A', '`a`'],
  ['a b', ' ', '\t', 'a\nb', '\n'],
  ['*', '~', '{a,b}', '#', '&&', ';', '\\', '!'],
  ['é', '名前', '👍', '\u0001'],
])('extra arguments %j reach the last command as they are, with a shell and without', (extraArgs) => {
  const root = probeDirectory();
  const [whole] = readByShell('dash', [withArgs('true; probe', extraArgs)], root);
  expect(wordsIn(readByUs('true && probe', extraArgs, root))).toEqual(extraArgs);
  expect(wordsIn(whole)).toEqual(extraArgs);
});

function wordsIn(reading: Reading | undefined): string[] | undefined {
  return reading?.output.split('\0').slice(5, -1);
}
