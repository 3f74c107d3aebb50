import type { Command, Option } from 'commander';
import { CommanderError } from 'commander';
import type { Diagnostic } from './diagnostic.ts';
import { suggestion } from './nearest.ts';

/**
 * Reads words as a command describes them; they are in the command afterwards. `help` where they ask for it, a `usage`
 * diagnostic where they are wrong. Prints nothing and never ends the process.
 */
export function parseWords(command: Command, words: readonly string[]): Diagnostic | 'help' | undefined {
  command.exitOverride().configureOutput({ writeOut: () => {}, writeErr: () => {} });
  try {
    command.parse(withOwnValues(command, words), { from: 'user' });
    return undefined;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? 'help' : problemOf(error, command);
  }
}

/**
 * A flag with an optional value takes it only after `=`: without one it gets the empty value, so that it does not take the
 * word after it. Stops at the first word that is no flag.
 */
function withOwnValues({ options }: Command, words: readonly string[]): string[] {
  const flags = options.flatMap((option) => [option.long, option.short].flatMap((name) => (name ? [[name, option] as const] : [])));
  const byName = new Map(flags);
  const read: string[] = [];
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? '';
    if (!word.startsWith('-') || word === '-' || word === '--') return [...read, ...words.slice(index)];
    const option = byName.get(word) ?? (word.startsWith('--') ? undefined : lastOfCluster(word, byName));
    read.push(option?.optional === true ? `${word}=` : word);
    if (option?.required === true) read.push(...words.slice(++index, index + 1));
  }
  return read;
}

/** The option that takes the next word, of `-rF`: the last letter, unless one before it takes the rest of the word. */
function lastOfCluster(word: string, byName: ReadonlyMap<string, Option>): Option | undefined {
  const letters = word.slice(1).split('');
  const taker = letters.findIndex((letter) => byName.get(`-${letter}`)?.required === true);
  return taker === letters.length - 1 ? byName.get(`-${letters[taker]}`) : undefined;
}

function problemOf({ message }: CommanderError, command: Command): Diagnostic {
  const [text = ''] = message.replace(/^error: /, '').split('\n');
  const flag = /unknown option '(?<flag>[^']+)'/.exec(text)?.groups?.['flag'];
  const flags = command.options.flatMap(({ long }) => long ?? []);
  const hint = flag === undefined ? undefined : suggestion(flag, flags);
  return { code: 'usage', message: text, ...(hint !== undefined && { hint }) };
}
