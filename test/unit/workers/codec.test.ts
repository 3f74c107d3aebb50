import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import zlib from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { blobPath } from '../../../src/base/blob-path.ts';
import { decompressor, preferredCodec } from '../../../workers/codec.ts';
import { readBlob } from '../../../workers/blob-file.ts';
import { joinPath } from '../../../src/base/path.ts';
import { directoryWith } from '../../harness/files.ts';
import { Random } from '../../harness/random.ts';
import { digestOf, noise } from './sample.ts';

const text = Buffer.from('some text '.repeat(30));
/** `text` by `zstd -1 --no-check`. */
const zstdFrame = Buffer.from('KLUv/WAsAI0AAFBzb21lIHRleHQgAQAfVQsS', 'base64');
const [zstd, lz4, brotli] = [1, 2, 3];
const frames: readonly (readonly [string, number, () => Promise<Uint8Array>])[] = [
  ['zstd', zstd, () => Promise.resolve(zstdFrame)],
  ['lz4', lz4, async () => (await import('lz4-napi')).compressSync(text)],
  ['brotli', brotli, () => Promise.resolve(zlib.brotliCompressSync(text))],
];

async function unpacked(tag: number, frame: Uint8Array, length = text.length): Promise<Buffer> {
  const decompress = await decompressor(tag);
  if (decompress === undefined) throw new Error('no such codec');
  return Buffer.from(decompress(frame, length));
}

describe.for(frames)('%s', ([, tag, compressed]) => {
  test('is read on every machine', async () => {
    expect(await unpacked(tag, await compressed())).toEqual(text);
  });

  test('gives no more bytes than it should, whatever the frame', async () => {
    const random = new Random(4);
    const frame = await compressed();
    const lengths = new Set<number>();
    for (let attempt = 0; attempt < 300; attempt++) {
      const damaged = Buffer.from(frame);
      damaged[random.below(damaged.length)] = random.below(256);
      lengths.add(await lengthOf(unpacked(tag, damaged)));
    }
    expect(Math.max(...lengths)).toBe(text.length);
    expect(await lengthOf(unpacked(tag, frame, 5))).toBeLessThanOrEqual(5);
  });
});

/** Nothing, where it cannot be unpacked. */
async function lengthOf(bytes: Promise<Buffer>): Promise<number> {
  try {
    return (await bytes).length;
  } catch (error) {
    if (error instanceof Error) return 0;
    throw error;
  }
}

describe('the codec of this machine', () => {
  test('is one that it can read', async () => {
    const codec = await preferredCodec();
    for (const bytes of [Buffer.of(0), text, noise(100_000)]) {
      expect(await unpacked(codec.tag, codec.compress(bytes), bytes.length)).toEqual(bytes);
    }
  });

  test('is another where it is not known', async () => {
    expect(await decompressor(99)).toBe(undefined);
  });
});

describe('a blob', () => {
  const blob = digestOf(text);
  const readBack = async (...parts: readonly Uint8Array[]) => {
    const blobs = joinPath(directoryWith({}), 'blobs');
    mkdirSync(dirname(blobPath(blobs, blob)), { recursive: true });
    writeFileSync(blobPath(blobs, blob), Buffer.concat(parts));
    const found: Uint8Array[] = [];
    for await (const frame of readBlob(blobs, blob)) found.push(frame);
    return Buffer.concat(found);
  };
  const packed = zlib.brotliCompressSync(text);

  test('is read by the codec that it names', async () => {
    expect(await readBack(Buffer.of(brotli), head(text.length, packed.length), packed)).toEqual(text);
    expect(await readBack(Buffer.of(zstd), head(text.length, zstdFrame.length), zstdFrame)).toEqual(text);
  });

  test.for([
    ['of an unknown codec', [Buffer.of(99)], 'unknown codec'],
    ['without any byte', [], 'cut off'],
    ['with half a head', [Buffer.of(brotli), Buffer.alloc(5)], 'cut off'],
    ['with a frame of no length', [Buffer.of(brotli), head(0, 5), Buffer.alloc(5)], 'impossible length'],
    ['with a frame of a length that none has', [Buffer.of(brotli), head(2 ** 31, packed.length), packed], 'impossible length'],
    ['with a packed frame of a length that none has', [Buffer.of(brotli), head(5, 2 ** 31)], 'impossible length'],
    ['with another length than it says', [Buffer.of(brotli), head(text.length + 1, packed.length), packed], 'wrong length'],
    ['with a frame that is cut off', [Buffer.of(brotli), head(text.length, packed.length), packed.subarray(1)], 'cut off'],
    ['with another codec than it says', [Buffer.of(lz4), head(text.length, packed.length), packed], 'damaged'],
  ] as const)('%s is damaged', async ([, parts, why]) => {
    await expect(readBack(...parts)).rejects.toThrow(why);
  });
});

function head(length: number, packed: number): Buffer {
  const lengths = Buffer.alloc(8);
  lengths.writeUInt32LE(length, 0);
  lengths.writeUInt32LE(packed, 4);
  return lengths;
}
