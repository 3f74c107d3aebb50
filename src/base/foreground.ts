import { readFileSync } from 'node:fs';
import { orAbsent } from './files.ts';

/**
 * Whether this process may change the modes of its terminal: a job in the background is stopped when it does. Where the
 * system does not tell, it may.
 */
export function isInForeground(readStat: () => string | undefined = ownStat): boolean {
  const stat = readStat();
  if (stat === undefined) return true;
  // The name of the program may hold blanks and brackets: fields are counted from behind it.
  const [, , group, , , foregroundGroup] = stat
    .slice(stat.lastIndexOf(')') + 1)
    .trim()
    .split(' ');
  return group === foregroundGroup || foregroundGroup === '-1';
}

function ownStat(): string | undefined {
  return orAbsent(() => readFileSync('/proc/self/stat', 'utf8'));
}
