import type { Word } from './planned.ts';
import { shellWords, type ShellWord } from './shell-words.ts';
import { hasTilde } from './word.ts';

/** One command of words alone, as it stands in a chain of `&&`. */
export interface SimpleCommand {
  readonly source: string;
  readonly assignments: readonly (readonly [name: string, value: Word])[];
  readonly words: readonly [Word, ...Word[]];
}

/**
 * The commands of `a && b && c` where each consists of words, quotes, plain variables, globs and assignments before it;
 * `undefined` for all else, and wherever one shell may read it otherwise than another. The shell is always right.
 */
export function parseCommands(text: string): SimpleCommand[] | undefined {
  const tokens = shellWords(text);
  if (tokens === undefined) return undefined;
  const chain: ShellWord[][] = [[]];
  for (const token of tokens) {
    if (token.kind === 'and') chain.push([]);
    else chain.at(-1)?.push(token);
  }
  const commands = chain.map((words) => toCommand(words, text));
  return commands.includes(undefined) ? undefined : commands.filter((command) => command !== undefined);
}

function toCommand(words: readonly ShellWord[], text: string): SimpleCommand | undefined {
  const isDoubtful = words.some(({ word, start, end }) => meansMore(word, text.slice(start, end)));
  const values = words.map(({ word }) => word);
  const count = values.findIndex((word) => assignmentOf(word) === undefined);
  const [first, ...rest] = count < 0 ? [] : values.slice(count);
  const assignments = values.slice(0, count).map((word) => assignmentOf(word));
  const [start, end] = [words[0]?.start, words.at(-1)?.end];
  if (isDoubtful || first === undefined || isBashAssignment(first) || assignments.includes('doubtful')) return undefined;
  return {
    source: text.slice(start, end),
    assignments: assignments.filter((one) => one !== undefined && one !== 'doubtful'),
    words: [first, ...rest],
  };
}

/** `NAME=value` apart; `undefined` for a word that is no assignment, `doubtful` where only a shell can tell what it does. */
function assignmentOf([first, ...rest]: Word): readonly [name: string, value: Word] | 'doubtful' | undefined {
  if (first?.kind !== 'text' || first.quoted) return undefined;
  const { name, text } = /^(?<name>[A-Za-z_]\w*)=(?<text>.*)$/s.exec(first.text)?.groups ?? {};
  if (name === undefined || text === undefined) return undefined;
  const value = [...(text === '' ? [] : [{ ...first, text }]), ...rest];
  return isShellVariable(name) || hasInnerTilde(value) ? 'doubtful' : [name, value];
}

/** In a value a shell expands a `~` after a colon, too. */
function hasInnerTilde(value: Word): boolean {
  const tildes = value.flatMap((part) => (part.kind === 'text' && !part.quoted ? (part.text.match(/~/g) ?? []) : []));
  return tildes.length > (hasTilde(value) ? 1 : 0);
}

/** `NAME+=value` and `NAME[0]=value` are commands of that name to some shells. */
function isBashAssignment([first]: Word): boolean {
  return first?.kind === 'text' && !first.quoted && /^[A-Za-z_]\w*(?:\+=|\[)/.test(first.text);
}

/** A comment, the home directory of somebody else, `{a,b}`, which some shells make two words of, or what the shell sets itself. */
function meansMore(word: Word, source: string): boolean {
  const [first] = word;
  const begin = first?.kind === 'text' && !first.quoted ? first.text : '';
  if (begin.startsWith('#') || (begin.startsWith('~') && !hasTilde(word))) return true;
  const braced = source.slice(source.indexOf('{'), source.lastIndexOf('}') + 1);
  return /,|\.\./.test(braced) || word.some((part) => part.kind === 'variable' && isShellVariable(part.name));
}

function isShellVariable(name: string): boolean {
  return shellVariables.has(name) || name.startsWith('BASH') || name.startsWith('COMP_');
}

/** What shells set by themselves, some where it is not in the environment. */
const shellVariables = new Set(
  (
    'COLUMNS DIRSTACK EPOCHREALTIME EPOCHSECONDS EUID FUNCNAME GROUPS HISTCMD HISTFILE HOSTNAME HOSTTYPE IFS LINENO LINES MACHTYPE ' +
    'MAPFILE OLDPWD OPTARG OPTERR OPTIND OSTYPE PIPESTATUS POSIXLY_CORRECT PPID PS1 PS2 PS4 RANDOM REPLY SECONDS SHELL SHELLOPTS ' +
    'SHLVL SRANDOM TERM UID _'
  ).split(' '),
);
