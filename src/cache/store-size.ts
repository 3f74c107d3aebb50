import { statfsSync } from 'node:fs';
import { blobAt, bytesOnDisk } from '../base/blob-path.ts';
import type { Digest } from '../base/digest.ts';
import { codeOf, kindOf, listDirectory, stampOf, type Stamp } from '../base/files.ts';
import { fsPath, joinPath, type AbsolutePath } from '../base/path.ts';
import type { SizeLimit } from '../base/size-limit.ts';
import { indexIn } from './store-directory.ts';

/** Every blob of a store and the bytes that it takes of the disk. */
export function measureBlobs(blobs: AbsolutePath): Map<Digest, number> {
  const found = new Map<Digest, number>();
  for (const directory of listDirectory(blobs) ?? []) {
    if (directory.kind !== 'd') continue;
    for (const { name } of listDirectory(joinPath(blobs, directory.name)) ?? []) {
      const blob = blobAt(directory.name, name);
      const stamp = blob && stampOf(joinPath(blobs, `${directory.name}/${name}`));
      if (blob && stamp && kindOf(stamp) === 'file') found.set(blob, bytesOnDisk(stamp.size));
    }
  }
  return found;
}

/** What a store takes besides its blobs: a handful of files, however much is stored. */
export function measureIndex(directory: AbsolutePath): number {
  return sum([directory, indexIn(directory)].flatMap(filesIn).map(({ size }) => bytesOnDisk(size)));
}

function filesIn(directory: AbsolutePath): Stamp[] {
  const stamps = (listDirectory(directory) ?? []).map(({ name }) => stampOf(joinPath(directory, name)));
  return stamps.filter((stamp) => stamp !== undefined && kindOf(stamp) === 'file') as Stamp[];
}

export function sum(numbers: Iterable<number>): number {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
}

/** How many bytes a store may take; unless somebody says, 10 GB or a tenth of its disk, whichever is less. */
export function boundOf(limit: SizeLimit | undefined, directory: AbsolutePath): number {
  if (limit === undefined) return Math.min(DEFAULT_BYTES, shareOfDisk(DEFAULT_PERCENT, directory));
  return 'bytes' in limit ? limit.bytes : shareOfDisk(limit.percentOfDisk, directory);
}

/** Of a disk that cannot be asked there is no share to exceed. */
function shareOfDisk(percent: number, directory: AbsolutePath): number {
  try {
    const { blocks, bsize } = statfsSync(fsPath(directory));
    return Math.floor((blocks * bsize * percent) / 100);
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return Infinity;
  }
}

const DEFAULT_BYTES = 10e9;
const DEFAULT_PERCENT = 10;
