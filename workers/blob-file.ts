import { closeSync, mkdirSync, openSync, readSync, renameSync, rmSync, writeSync } from 'node:fs';
import { blobPath, bytesOnDisk } from '../src/base/blob-path.ts';
import type { Digest } from '../src/base/digest.ts';
import { temporaryName } from '../src/base/files.ts';
import { joinPath, parentOf, type AbsolutePath } from '../src/base/path.ts';
import { decompressor, preferredCodec, type Decompress } from './codec.ts';

/**
 * Writes a blob beside its place and renames it there, so that no reader ever sees a part. Gives its bytes on disk.
 *
 * A blob on disk: the codec's tag, then frames of at most 4 MB, each a pair of little-endian lengths (unpacked, packed)
 * and the packed bytes. So a blob of any size is written and read in bounded memory.
 */
export async function writeBlob(blobs: AbsolutePath, blob: Digest, chunks: Iterable<Uint8Array>): Promise<number> {
  const codec = await preferredCodec();
  const place = blobPath(blobs, blob);
  const beside = temporaryName(joinPath(blobs, 'blob'));
  mkdirSync(parentOf(place), { recursive: true });
  const file = openSync(beside, 'wx');
  let size = 1;
  try {
    try {
      writeSync(file, Uint8Array.of(codec.tag));
      for (const chunk of chunks) for (const part of split(chunk)) size += writeFrame(file, part, codec.compress(part));
    } finally {
      closeSync(file);
    }
    renameSync(beside, place);
    return bytesOnDisk(size);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
}

/** The unpacked frames of a blob, in order. Throws `DamagedBlob` where they do not add up, or what the disk throws. */
export async function* readBlob(blobs: AbsolutePath, blob: Digest): AsyncGenerator<Uint8Array> {
  const file = openSync(blobPath(blobs, blob), 'r');
  try {
    const tag = readExactly(file, 1)[0] ?? 0;
    const decompress = await decompressor(tag);
    if (decompress === undefined) throw new DamagedBlob(`blob ${blob} has an unknown codec`);
    for (let lengths = readUpTo(file, 8); lengths.length > 0; lengths = readUpTo(file, 8)) {
      if (lengths.length < 8) throw new DamagedBlob(`blob ${blob} is cut off`);
      const length = lengths.readUInt32LE(0);
      if (length === 0 || length > FRAME) throw new DamagedBlob(`blob ${blob} has a frame of impossible length`);
      const unpacked = unpack(decompress, readExactly(file, lengths.readUInt32LE(4)), { length, blob });
      if (unpacked.length !== length) throw new DamagedBlob(`blob ${blob} has a wrong length`);
      yield unpacked;
    }
  } finally {
    closeSync(file);
  }
}

export class DamagedBlob extends Error {
  override readonly name = 'DamagedBlob';
}

const FRAME = 4 * 1024 * 1024;

function* split(chunk: Uint8Array): Generator<Uint8Array> {
  for (let start = 0; start < chunk.length; start += FRAME) yield chunk.subarray(start, start + FRAME);
}

function writeFrame(file: number, unpacked: Uint8Array, packed: Uint8Array): number {
  const lengths = Buffer.alloc(8);
  lengths.writeUInt32LE(unpacked.length, 0);
  lengths.writeUInt32LE(packed.length, 4);
  writeAll(file, lengths);
  writeAll(file, packed);
  return lengths.length + packed.length;
}

function writeAll(file: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length;) written += writeSync(file, bytes, written);
}

function unpack(decompress: Decompress, frame: Uint8Array, { length, blob }: { length: number; blob: Digest }): Uint8Array {
  try {
    return decompress(frame, length);
  } catch (error) {
    throw new DamagedBlob(`blob ${blob} is damaged`, { cause: error });
  }
}

function readUpTo(file: number, length: number): Buffer {
  const buffer = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const read = readSync(file, buffer, filled, length - filled, null);
    if (read === 0) break;
    filled += read;
  }
  return buffer.subarray(0, filled);
}

function readExactly(file: number, length: number): Buffer {
  if (length > LONGEST_FRAME) throw new DamagedBlob('a blob has a frame of impossible length');
  const bytes = readUpTo(file, length);
  if (bytes.length < length) throw new DamagedBlob('a blob is cut off');
  return bytes;
}

/** No codec makes a frame this much longer. */
const LONGEST_FRAME = 2 * FRAME;
