import { readFileSync } from 'node:fs';
import { orUnreadable } from './files.ts';
import { decodePath, lossyText } from './path.ts';

/**
 * The words that this process was started with, in the scheme of `decodePath`; `told` are the last of `process.argv`, where
 * bytes that are not UTF-8 are U+FFFD. Where the system does not tell more, they stay so.
 */
export function faithfulWords(told: readonly string[]): readonly string[] {
  if (!told.some((word) => word.includes('\uFFFD'))) return told;
  const all = decodePath(orUnreadable(() => readFileSync('/proc/self/cmdline')) ?? Buffer.alloc(0)).split('\0');
  // Each is ended by a NUL.
  const words = all.slice(0, -1).slice(-told.length);
  return words.length === told.length && words.every((word, index) => lossyText(word) === told[index]) ? words : told;
}
