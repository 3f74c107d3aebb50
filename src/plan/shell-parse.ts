import { parseShell, type ArgumentSegment, type CommandChain, type ShellLine } from '@yarnpkg/parsers';
import type { Word, WordPart } from './planned.ts';
import { hasTilde } from './word.ts';

/** One command of words alone, as it stands in a chain of `&&`. */
export interface SimpleCommand {
  readonly source: string;
  readonly assignments: readonly (readonly [name: string, value: Word])[];
  readonly words: readonly [Word, ...Word[]];
}

/**
 * The commands of `a && b && c` where each consists of words, quotes, plain variables, globs and assignments before it;
 * `undefined` for all else, and wherever the parser's reading may differ from a shell's. The shell is always right.
 */
export function parseCommands(text: string): SimpleCommand[] | undefined {
  if (beyondWords.test(text)) return undefined;
  const pieces = text.match(piece) ?? [];
  if (pieces.join('&&') !== text) return undefined;
  const commands = pieces.map(parseOne);
  return commands.includes(undefined) ? undefined : commands.filter((command) => command !== undefined);
}

/**
 * What the parser reads as text though a shell does not: command substitution in double quotes, line ends, `$'…'`, expansions
 * other than `${NAME}` and `${NAME:-plain}`, a backslash at the end. And a `;` before `&&` or the end, which its tree does not show.
 */
const beyondWords = /[`\n\r]|;[ \t]*(?:&&|$)|\$['"(]|\$\{(?!\w+(?::-[\w./:@%+,=-]*)?\})|\\[ \t]*$/;

/** Up to the next `&&` that is not quoted. The parser's tree has no positions, and the header shows each piece as it was written. */
const piece = /(?:\\[^]|'[^']*'|"(?:\\[^]|[^"\\])*"|(?<!&)&(?!&)|[^\\'"&])+/g;

function parseOne(source: string): SimpleCommand | undefined {
  return plainWords(source) ?? parseWords(source);
}

/** Most commands need no parser, which takes a tenth of a millisecond for each. */
function plainWords(source: string): SimpleCommand | undefined {
  if (!/^[\w ./:@,+-]*$/.test(source)) return undefined;
  const [first, ...rest] = source
    .split(' ')
    .filter((word) => word !== '')
    .map(openWord);
  return first === undefined ? undefined : { source: source.trim(), assignments: [], words: [first, ...rest] };
}

function openWord(text: string): Word {
  return [{ kind: 'text', text, quoted: false }];
}

function parseWords(source: string): SimpleCommand | undefined {
  const reading = read(source);
  const command = reading === undefined ? undefined : onlyCommand(reading.tree);
  if (reading === undefined || command === undefined) return undefined;

  const assignments = command.envs.map(({ name, args: [value] }) => {
    const word = value === undefined ? [] : toWord(value.segments, reading);
    return word === undefined || !isName(name) || hasInnerTilde(word) ? undefined : ([name, word] as const);
  });
  const words = command.args.map((argument) => (argument.type === 'argument' ? toWord(argument.segments, reading) : undefined));
  const [first, ...rest] = words.filter((word) => word !== undefined);
  if (first === undefined || words.includes(undefined) || assignments.includes(undefined)) return undefined;
  return { source: source.trim(), assignments: assignments.filter((one) => one !== undefined), words: [first, ...rest] };
}

function onlyCommand([line, ...more]: ShellLine): Extract<CommandChain, { type: 'command' }> | undefined {
  if (line === undefined || more.length > 0 || line.type === '&' || line.command.then !== undefined) return undefined;
  const { chain } = line.command;
  return chain.type === 'command' && chain.then === undefined ? chain : undefined;
}

interface Reading {
  readonly tree: ShellLine;
  /** Whether some text of the tree was not quoted. */
  readonly hasOpenText: boolean;
}

/**
 * The tree does not say whether text was quoted. But it keeps globs apart, and only what is not quoted can be a glob, so all such
 * text is claimed as a glob. Where a claim would take in what is not text, it is not made, and `hasOpenText` says so.
 */
function read(source: string): Reading | undefined {
  let hasOpenText = false;
  const isGlobPattern = (raw: string): boolean => {
    const isText = !/[$(){}|]/.test(raw) && !/(?:^|[^\\])(?:\\\\)*\\$/.test(raw);
    hasOpenText ||= !isText;
    return isText;
  };
  try {
    return { tree: parseShell(source, { isGlobPattern }), hasOpenText };
  } catch (error) {
    if (error instanceof Error && error.name === 'SyntaxError') return undefined;
    throw error;
  }
}

function toWord(segments: readonly ArgumentSegment[], { hasOpenText }: Reading): Word | undefined {
  const parts = segments.map((segment) => {
    if (segment.type === 'glob') return unescape(segment.pattern);
    if (segment.type === 'text') return hasOpenText && /[*?[\]~#]/.test(segment.text) ? undefined : [quotedText(segment.text)];
    return segment.type === 'variable' ? toVariable(segment) : undefined;
  });
  const word = parts.flatMap((part) => part ?? []);
  return parts.includes(undefined) || meansMore(word) ? undefined : word;
}

function toVariable(segment: Extract<ArgumentSegment, { type: 'variable' }>): WordPart[] | undefined {
  const { name, quoted, defaultValue, alternativeValue } = segment;
  if (!isName(name) || ownVariables.has(name) || alternativeValue !== undefined) return undefined;
  if (defaultValue === undefined) return [{ kind: 'variable', name, quoted }];
  const texts = defaultValue.flatMap((argument) => argument.segments).map((one) => (one.type === 'text' ? one.text : undefined));
  if (texts.includes(undefined)) return undefined;
  return [{ kind: 'variable', name, quoted, fallback: texts.length === 0 ? [] : [quotedText(texts.join(''))] }];
}

/** Variables that a shell sets by itself. */
const ownVariables = new Set(
  (
    'BASH BASHOPTS BASHPID COLUMNS DIRSTACK EUID GROUPS HOSTNAME HOSTTYPE IFS LINENO LINES MACHTYPE OLDPWD OPTARG OPTIND ' +
    'OSTYPE PPID PS1 PS2 PS4 RANDOM SECONDS SHELLOPTS SHLVL UID _'
  ).split(' '),
);

function isName(text: string): boolean {
  return /^[A-Za-z_]\w*$/.test(text);
}

function quotedText(text: string): WordPart {
  return { kind: 'text', text, quoted: true };
}

/** Text that was not quoted, in parts: what a backslash precedes is quoted. */
function unescape(raw: string): WordPart[] {
  const parts = raw.match(/\\.|[^\\]+/gs) ?? [];
  return parts.map((part) => (part.startsWith('\\') ? quotedText(part.slice(1)) : { kind: 'text', text: part, quoted: false }));
}

/** A comment, or the home directory of somebody else. */
function meansMore(word: Word): boolean {
  const [first] = word;
  if (first?.kind !== 'text' || first.quoted) return false;
  return first.text.startsWith('#') || (first.text.startsWith('~') && !hasTilde(word));
}

/** In an assignment a shell also expands a `~` after a colon. */
function hasInnerTilde(word: Word): boolean {
  return word.some((part) => part.kind === 'text' && !part.quoted && part.text.includes(':~'));
}
