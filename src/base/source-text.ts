import { readFileSync } from 'node:fs';
import { getSystemErrorMap } from 'node:util';
import type { Diagnostic } from './diagnostic.ts';
import { codeOf, isAbsence } from './files.ts';
import { displayPath, fsPath, type AbsolutePath } from './path.ts';

/** The text of a file that its user wrote; `undefined` where there is none, a diagnostic where it may not or cannot be read. */
export function readSourceText(path: AbsolutePath, shown: string = path): string | undefined | Diagnostic {
  try {
    return readFileSync(fsPath(path), 'utf8');
  } catch (error) {
    if (isAbsence(error)) return undefined;
    if (codeOf(error) === undefined) throw error;
    return { code: 'unreadable-file', message: `${displayPath(shown)} cannot be read: ${describeSystemError(error)}`, at: { file: shown } };
  }
}

/** `permission denied` of EACCES, in the words of the system. */
export function describeSystemError(error: unknown): string {
  const number = error instanceof Error && 'errno' in error && typeof error.errno === 'number' ? error.errno : undefined;
  return (number === undefined ? undefined : getSystemErrorMap().get(number)?.[1]) ?? codeOf(error) ?? String(error);
}
