import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { codeOf, orUnreadable, writeOnce } from '../base/files.ts';
import { joinPath, type AbsolutePath } from '../base/path.ts';
import { FORMAT_VERSION } from './entry.ts';

/** The store of this format below `home`. */
export function storeIn(home: AbsolutePath): AbsolutePath {
  return joinPath(home, `v${FORMAT_VERSION}`);
}

export function blobsIn(directory: AbsolutePath): AbsolutePath {
  return joinPath(directory, 'blobs');
}

export function indexIn(directory: AbsolutePath): AbsolutePath {
  return joinPath(directory, 'index');
}

/** Where runs that have the store open tell of themselves. */
export function runsIn(directory: AbsolutePath): AbsolutePath {
  return joinPath(directory, 'runs');
}

/** Names of stores that older formats have left below `home`. */
export function olderFormats(home: AbsolutePath): string[] {
  if (!existsSync(home)) return [];
  // The user may have named a directory that holds other things, too: ours holds a salt.
  return readdirSync(home).filter((name) => isOlder(name) && existsSync(joinPath(home, `${name}/salt`)));
}

function isOlder(name: string): boolean {
  return /^v\d+$/.test(name) && Number(name.slice(1)) < FORMAT_VERSION;
}

/** The salt that is there; where there is none, one under which nothing is stored. Makes nothing. */
export function saltForReading(directory: AbsolutePath): Uint8Array {
  return orUnreadable(() => readFileSync(joinPath(directory, SALT))) ?? randomBytes(SALT_BYTES);
}

/** Makes the salt where there is none. */
export function readSalt(directory: AbsolutePath): Uint8Array {
  const file = joinPath(directory, SALT);
  try {
    const salt = readFileSync(file);
    if (salt.length === SALT_BYTES) return salt;
    rmSync(file, { force: true });
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
  writeOnce(file, randomBytes(SALT_BYTES));
  return readFileSync(file);
}

const SALT = 'salt';
const SALT_BYTES = 32;
