import { CommanderError, type Command } from 'commander';
import type { Diagnostic } from './diagnostic.ts';
import { suggestion } from './nearest.ts';

/**
 * Reads words as a command describes them; they are in the command afterwards. `help` where they ask for it, a `usage`
 * diagnostic where they are wrong. Prints nothing and never ends the process.
 */
export function parseWords(command: Command, words: readonly string[]): Diagnostic | 'help' | undefined {
  command.exitOverride().configureOutput({ writeOut: () => {}, writeErr: () => {} });
  try {
    command.parse([...words], { from: 'user' });
    return undefined;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? 'help' : problemOf(error, command);
  }
}

function problemOf({ message }: CommanderError, command: Command): Diagnostic {
  const [text = ''] = message.replace(/^error: /, '').split('\n');
  const flag = /unknown option '(?<flag>[^']+)'/.exec(text)?.groups?.['flag'];
  const flags = command.options.flatMap(({ long }) => long ?? []);
  const hint = flag === undefined ? undefined : suggestion(flag, flags);
  return { code: 'usage', message: text, ...(hint !== undefined && { hint }) };
}
