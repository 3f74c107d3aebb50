import zlib from 'node:zlib';

/** How the frames of a blob are compressed. The tag is the blob's first byte. */
export interface Codec {
  readonly tag: number;
  readonly compress: (bytes: Uint8Array) => Uint8Array;
}

/** Gives at most `length` bytes. Throws for a frame that cannot be read; one that is damaged may also give other bytes. */
export type Decompress = (frame: Uint8Array, length: number) => Uint8Array;

/** The quickest that this Node and machine have: zstd (Node ≥ 22.15), else lz4, else brotli. */
export function preferredCodec(): Promise<Codec> {
  preferred ??= choose();
  return preferred;
}

/** How to read frames with this tag; `undefined`: nothing here can. */
export async function decompressor(tag: number): Promise<Decompress | undefined> {
  switch (tag) {
    case ZSTD:
      return zstdDecompressor();
    case LZ4:
      return (await loadLz4())?.uncompressSync;
    case BROTLI:
      return (frame, length) => zlib.brotliDecompressSync(frame, { maxOutputLength: length });
    default:
      return undefined;
  }
}

const ZSTD = 1;
const LZ4 = 2;
const BROTLI = 3;

interface ZstdFunctions {
  readonly zstdCompressSync?: (bytes: Uint8Array, options: { params: Record<number, number> }) => Uint8Array;
  readonly zstdDecompressSync?: (frame: Uint8Array, options: { maxOutputLength: number }) => Uint8Array;
}

/** The types are those of Node 20, which has no zstd. */
const zstd = zlib as ZstdFunctions;
const ZSTD_c_compressionLevel = 100;

let preferred: Promise<Codec> | undefined;

async function choose(): Promise<Codec> {
  const { zstdCompressSync } = zstd;
  if (zstdCompressSync) {
    return { tag: ZSTD, compress: (bytes) => zstdCompressSync(bytes, { params: { [ZSTD_c_compressionLevel]: 1 } }) };
  }
  const lz4 = await loadLz4();
  if (lz4) return { tag: LZ4, compress: lz4.compressSync };
  const quick = { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 1 } };
  return { tag: BROTLI, compress: (bytes) => zlib.brotliCompressSync(bytes, quick) };
}

async function zstdDecompressor(): Promise<Decompress> {
  const { zstdDecompressSync } = zstd;
  if (zstdDecompressSync) return (frame, length) => zstdDecompressSync(frame, { maxOutputLength: length });
  const { decompress } = await import('fzstd');
  return (frame, length) => decompress(frame, new Uint8Array(length));
}

/** A native addon with prebuilt binaries: there may be none for this machine. */
async function loadLz4(): Promise<{ compressSync: Codec['compress']; uncompressSync: Decompress } | undefined> {
  try {
    const lz4 = await import('lz4-napi');
    return {
      compressSync: (bytes) => lz4.compressSync(Buffer.from(bytes)),
      uncompressSync: (frame, length) => {
        // The frame starts with the length that will be allocated.
        const bytes = Buffer.from(frame);
        if (bytes.readUInt32LE(0) !== length) throw new Error('a frame of another length');
        return lz4.uncompressSync(bytes);
      },
    };
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
}
