import { lstatSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { codeOf, isAlive, removeIfPossible } from './files.ts';
import { fsPath, joinPath, normalizeAbsolute, type AbsolutePath } from './path.ts';

/** Where the system wants temporary files. */
export function temporaryDirectory(): AbsolutePath {
  const directory = tmpdir();
  return normalizeAbsolute(directory.startsWith('/') ? directory : `/${directory}`);
}

/**
 * Makes an empty directory below `parent` that nobody but this user may enter, and removes those of this user that
 * processes which are gone have left there. Throws what the system says when none can be made.
 */
export function makePrivateDirectory(parent: AbsolutePath): AbsolutePath {
  removeLeft(parent);
  return mkdtempSync(joinPath(parent, `reprise-${process.pid}-`)) as AbsolutePath;
}

/** Of a parent that may not be read, none; making one there may work all the same. */
function removeLeft(parent: AbsolutePath): void {
  try {
    for (const name of readdirSync(fsPath(parent))) {
      const pid = /^reprise-(\d+)-\w{6}$/.exec(name)?.[1];
      if (pid === undefined || isAlive(Number(pid))) continue;
      const path = joinPath(parent, name);
      if (isOurs(path)) removeIfPossible(path);
    }
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
  }
}

function isOurs(path: AbsolutePath): boolean {
  const stats = lstatSync(fsPath(path), { throwIfNoEntry: false });
  return stats !== undefined && stats.isDirectory() && stats.uid === process.getuid?.();
}
