import { utimesSync } from 'node:fs';
import type { Digest } from './digest.ts';
import { codeOf, isAbsence } from './files.ts';
import { joinPath, type AbsolutePath } from './path.ts';

/** Where a blob is below the directory of all blobs. */
export function blobPath(blobs: AbsolutePath, blob: Digest): AbsolutePath {
  return joinPath(blobs, `${blob.slice(0, 2)}/${blob.slice(2)}`);
}

/** The blob that a file named `name` in a directory named `directory` is; `undefined`: it is none. */
export function blobAt(directory: string, name: string): Digest | undefined {
  return /^[0-9a-f]{32}$/.test(directory + name) && directory.length === 2 ? ((directory + name) as Digest) : undefined;
}

/** Whether the blob at `path` is there. One that is counts as new from now on, so that nobody removes it under a run that uses it. */
export function renewBlob(path: AbsolutePath): boolean {
  const now = Date.now() / 1000;
  try {
    utimesSync(path, now, now);
    return true;
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    // It may be another user's.
    return !isAbsence(error);
  }
}

/** What a file of `size` bytes takes of a disk: whole blocks, as `du` counts. */
export function bytesOnDisk(size: number): number {
  return Math.ceil(size / BLOCK) * BLOCK;
}

const BLOCK = 4096;
