import type { Random } from './random.ts';

/** A command of everything that people, and nobody, write: most of it words for `probe`, the rest what only a shell may judge. */
export function generateCommand(random: Random): string {
  if (random.chance(0.1)) return soup(random);
  const commands = Array.from({ length: random.pick([1, 1, 1, 2, 2, 3]) }, () => simpleCommand(random));
  const text = commands.join(random.pick([' && ', ' && ', ' && ', '&&', '  &&\t']));
  if (random.chance(0.05))
    return text + random.pick([' # note', ' | cat', ' > /dev/null', ' 2>&1', ';', ' &&', '\n', '\\', ' || true', ' &']);
  return random.chance(0.05) ? random.pick(['  ', '\t', '\n', '! ', '&& ', 'cat <<x\n']) + text : text;
}

/** Arguments as somebody may give them on the command line. */
export function generateArguments(random: Random): string[] {
  return Array.from({ length: random.below(4) }, () =>
    random.chance(0.2)
      ? random.pick(['', '-', '--', '--x=1', '-n', "it's", 'a b', 'a\nb', '\n', '$A', '*', '~', '\\', '"', 'é 名', '&&', ';', '#', '{a,b}'])
      : word(random),
  );
}

function simpleCommand(random: Random): string {
  if (random.chance(0.2)) return `cd ${random.pick(directories)}`;
  const assignments = Array.from(
    { length: random.chance(0.25) ? 1 + random.below(2) : 0 },
    () => `${random.pick(assigned)}=${value(random)}`,
  );
  const words = Array.from({ length: random.below(4) }, () => word(random));
  const program = random.chance(0.03) && assignments.length > 0 ? [] : [random.chance(0.8) ? 'probe' : random.pick(programs)];
  return [...assignments, ...program, ...words].join(random.chance(0.1) ? '  ' : ' ');
}

function word(random: Random): string {
  return Array.from({ length: random.pick([1, 1, 1, 2, 2, 3, 4]) }, () => fragment(random)).join('');
}

function value(random: Random): string {
  return random.chance(0.1) ? '' : word(random);
}

function fragment(random: Random): string {
  const kind = random.next();
  if (kind < 0.25) return random.pick(bare);
  if (kind < 0.4) return `'${inner(random, quotable)}'`;
  if (kind < 0.58) return `"${inner(random, random.chance(0.9) ? withinDoubleQuotes : quotable)}"`;
  if (kind < 0.68) return random.pick(escapes);
  if (kind < 0.85) return random.pick(variables);
  if (kind < 0.99) return random.pick(globs);
  return random.pick(special);
}

function inner(random: Random, pieces: readonly string[]): string {
  return Array.from({ length: random.below(4) }, () => random.pick(pieces)).join('');
}

/** Without any grammar: whatever it means, it must mean the same. */
function soup(random: Random): string {
  const pieces = [...bare, ...escapes, ...variables, ...globs, ...special, ' ', ' ', ' ', '"', "'", '\\', ' && probe ', '=', ' P='];
  return `${random.pick(['probe ', 'echo ', 'P=', ''])}${Array.from({ length: 1 + random.below(8) }, () => random.pick(pieces)).join('')}`;
}

const programs = [
  'probe',
  'fail',
  'true',
  'false',
  'gone',
  '"probe"',
  'pro\\be',
  "pr'ob'e",
  './bin/probe',
  'bin/fail',
  './gone',
  './d',
  './plain',
  './script',
  'echo',
  'echo',
  'printf',
  'pwd',
  'if',
  'export',
  'exit',
  '[',
  '{',
  '$A',
  '*',
  '~',
  "''",
  'é',
  'A+=1',
  'A[0]=1',
  '-x',
  'test',
  'noexec',
];

const directories = [
  'd',
  'd',
  'd',
  'e',
  'f/g',
  './d',
  'd/',
  'd/.',
  'd//',
  '.',
  '..',
  'd/..',
  'gone',
  'gone/..',
  'link',
  'link/..',
  '"with blank"',
  'with\\ blank',
  'with blank',
  '-',
  '-P d',
  '-- d',
  '~',
  '$D',
  '"$D"',
  '',
  '""',
  'a.js',
  'd*',
  "'d'",
  'f/ü',
  'd && cd ..',
  'gone && cd ..',
  'link && cd ..',
];

const assigned = ['P', 'Q', 'P', 'Q', 'A', 'HOME', 'X1', '_P', '1P', 'IFS', 'PATH', 'RANDOM', 'é'];

const bare = [
  'a',
  'b',
  'Z9',
  '-',
  '--',
  '-n',
  '--x=',
  '.',
  ',',
  ':',
  '=',
  '@',
  '%',
  '+',
  '^',
  '!',
  '_',
  ']',
  '}',
  'a=b',
  'é',
  '名前',
  '👍',
  '\u00a0',
  '\u2028',
  '\u0001',
  '\u001b[1m',
  '\u007f',
  '\r',
  '\f',
  '\v',
  'x:~',
  '0',
  '{}',
];

const quotable = [
  ' ',
  'a',
  '"',
  '\\',
  '$',
  '$A',
  '`',
  '*',
  '[a]',
  '\t',
  '\n',
  '~',
  '#',
  '&&',
  ';',
  '|',
  '{a,b}',
  'é',
  '\u0001',
  '!',
  '\\n',
  '\r',
];

const withinDoubleQuotes = [
  ' ',
  'a',
  '$ ',
  '$A',
  '*',
  '[a]',
  '\t',
  '~',
  '#',
  '&&',
  ';',
  '|',
  '{a',
  'é',
  '\u0001',
  '!',
  '\\n',
  '\\"',
  '\\\\',
  '\\$',
  '\\`',
  '\\a',
  '$TWO',
  '${TWO}',
  '${UNSET:-x}',
  '$PAD',
  '$EMPTY',
  "'",
  '${A}',
  '$STAR',
  '\n',
];

const escapes = [
  '\\ ',
  '\\$',
  '\\\\',
  '\\"',
  "\\'",
  '\\a',
  '\\*',
  '\\?',
  '\\[',
  '\\~',
  '\\#',
  '\\&',
  '\\é',
  '\\\t',
  '\\{',
  '\\-',
  '\\=',
  '\\!',
];

const variables = [
  '$A',
  '${A}',
  '$TWO',
  '${TWO}',
  '$PAD',
  '$STAR',
  '$SLASH',
  '$ROWS',
  '$EMPTY',
  '$UNSET',
  '$QUOTES',
  '$BACK',
  '$BACKSTAR',
  '$HOME',
  '$PWD',
  '$D',
  '$OPTION',
  '${UNSET:-u}',
  '${EMPTY:-e/f.g}',
  '${A:-x}',
  '${UNSET:-}',
  '$',
  '$/',
  '$É',
];

const globs = [
  '*',
  '*',
  '*.js',
  '?',
  '??',
  '?.js',
  '[ab]',
  '[ab].js',
  '[a-c]',
  '[!a]',
  '[^a]',
  '[a',
  '[]',
  '[]a]',
  '[!]a]',
  '[a-',
  '[z-a]',
  '[[:upper:]]',
  '[[:nope:]]',
  '[[.a.]]',
  '[[=a=]]',
  '[a/b]',
  '[\\]]',
  '["a"]',
  "[a'-'c].js",
  '[\\!a]*',
  'd/*',
  '*/',
  '*/*',
  '**',
  '.*',
  '.h*',
  '.[!.]*',
  './*',
  '../*/x',
  'nope*',
  '*"."js',
  '\\.h*',
];

const special = [
  '#',
  '~',
  '{',
  '${UNSET-}',
  '${A%e}',
  '${#A}',
  '$1',
  '$#',
  '$?',
  '$-',
  '$RANDOM',
  '$TERM',
  '|',
  ';',
  '&',
  '>',
  '<',
  '(',
  ')',
  '`',
  '$(',
  '${',
  '{a,b}',
  '{a..c}',
  '{"a",b}',
  "$'a'",
  '$"a"',
  '$((1))',
  '$[1]',
  ' # x',
  '\n',
  '\\\n',
  '!!',
  '~root',
  '~+',
  ' !',
];
