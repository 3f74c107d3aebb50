import { readFileSync } from 'node:fs';
import { codeOf } from './files.ts';
import { decodePath, encodePath } from './path.ts';

type Env = Readonly<Record<string, string | undefined>>;

/**
 * The variables of this process in the scheme of `decodePath`; `told` is `process.env`, where bytes that are not UTF-8 are
 * lost. As they are told where the system does not tell more.
 */
export function faithfulEnv(told: Env): Env {
  if (!Object.entries(told).flat().some(isLossy)) return told;
  const env = { ...told };
  for (const variable of ownTexts('environ')) {
    const equals = variable.indexOf('=');
    const [name, value] = [variable.slice(0, equals), variable.slice(equals + 1)];
    // It may have been set anew since the start.
    if (equals < 0 || told[asNodeDecodes(name)] !== asNodeDecodes(value)) continue;
    delete env[asNodeDecodes(name)];
    env[name] = value;
  }
  return env;
}

/** The words that this process was started with, likewise; `told` are the last of `process.argv`. */
export function faithfulWords(told: readonly string[]): readonly string[] {
  if (!told.some(isLossy)) return told;
  const words = ownTexts('cmdline').slice(-told.length);
  return words.length === told.length && words.every((word, index) => asNodeDecodes(word) === told[index]) ? words : told;
}

/** A text in the scheme of `decodePath` as Node has it: each run of bytes that cannot be UTF-8 is U+FFFD. */
export function asNodeDecodes(text: string): string {
  return encodePath(text).toString();
}

function isLossy(text: string | undefined): boolean {
  return text?.includes('\uFFFD') === true;
}

function ownTexts(name: 'environ' | 'cmdline'): readonly string[] {
  try {
    return decodePath(readFileSync(`/proc/self/${name}`))
      .replace(/\0$/, '')
      .split('\0');
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return [];
  }
}
