import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { MessagePort } from 'node:worker_threads';
import { blobPath, renewBlob } from '../src/base/blob-path.ts';
import { loadHasher, type Digest, type Hasher } from '../src/base/digest.ts';
import { codeOf, removeIfPossible, orAbsent } from '../src/base/files.ts';
import { fsPath, joinPath, parentOf, type AbsolutePath, type WorkspacePath } from '../src/base/path.ts';
import type { ArchiveAnswer, ArchiveRequest, BlobPlace, ReadAnswer, StageAnswer, StageRequest } from '../src/cache/ports.ts';
import { DamagedBlob, readBlob, writeBlob } from './blob-file.ts';
import { timed, type Timed } from './timing.ts';

/** As `BlobPool.archive`. `taken` hears one message once every file has been read. */
export async function archive({ request, taken }: { request: ArchiveRequest; taken: MessagePort }): Promise<Timed<ArchiveAnswer>> {
  const hasher = await loadHasher();
  return timed(async () => {
    try {
      return await archiveFiles(request, hasher, () => taken.postMessage('taken'));
    } finally {
      taken.close();
    }
  });
}

/** As `BlobPool.stage`. */
export async function stage(request: StageRequest): Promise<Timed<StageAnswer>> {
  const hasher = await loadHasher();
  return timed(() => stagePieces(request, hasher));
}

/** As `BlobPool.read`. */
export async function read({ blobs, blob }: { blobs: AbsolutePath; blob: Digest }): Promise<Timed<ReadAnswer>> {
  const hasher = await loadHasher();
  return timed(async () => {
    const bytes = await unpackBlob(blobs, blob, hasher);
    return bytes instanceof Uint8Array ? { kind: 'read', bytes } : bytes;
  });
}

/** Files up to this size share one blob an entry; larger ones have their own, which other entries can share. */
const PACKED_UP_TO = 64 * 1024;
/** Logs up to this size stand in the entry itself. */
const INLINE_LOG = 16 * 1024;
/** Outputs up to this size are read at once and held, so that what follows may change them while they are compressed. */
const HELD_AT_MOST = 128 * 1024 * 1024;

async function archiveFiles(request: ArchiveRequest, hasher: Hasher, onTaken: () => void): Promise<ArchiveAnswer> {
  const total = request.files.reduce((sum, { size }) => sum + size, 0);
  const holdsAll = total <= HELD_AT_MOST;
  if (!holdsAll) onTaken();
  const large = new Map<Digest, Uint8Array | AbsolutePath>();
  const small: Uint8Array[] = [];
  const places: { blob?: Digest; offset: number; length: number }[] = [];
  let packed = 0;
  for (const { path, digest, size } of request.files) {
    const absolute = joinPath(request.root, path);
    const isSmall = size <= PACKED_UP_TO;
    const bytes = isSmall || holdsAll ? readIfThere(absolute) : absolute;
    if (bytes === undefined || (typeof bytes !== 'string' && hasher.ofBytes(bytes) !== digest)) return nothingStored(path);
    if (isSmall && typeof bytes !== 'string') {
      places.push({ offset: packed, length: bytes.length });
      small.push(bytes);
      packed += bytes.length;
    } else {
      places.push({ blob: digest, offset: 0, length: size });
      large.set(digest, bytes);
    }
  }
  if (holdsAll) onTaken();
  const largeBytes = await writeLarge(request, large, hasher);
  if (typeof largeBytes === 'object') return nothingStored(request.files.find(({ digest }) => digest === largeBytes.lost)?.path);
  const pack = Buffer.concat(small);
  const packId = hasher.ofBytes(pack);
  const packBytes = small.length > 0 ? await writeUnlessThere(request.blobs, packId, [pack]) : 0;
  const { log, written: logBytes } = await archiveLog(request, hasher);
  return {
    places: places.map(({ blob = packId, offset, length }): BlobPlace => ({ blob, offset, length })),
    log,
    written: largeBytes + packBytes + logBytes,
  };
}

function nothingStored(changed: WorkspacePath | undefined): ArchiveAnswer {
  return { places: [], log: undefined, written: undefined, ...(changed !== undefined && { changed }) };
}

/** Gives the bytes written, or the digest of a file whose bytes were no longer those. */
async function writeLarge(
  { blobs }: ArchiveRequest,
  files: ReadonlyMap<Digest, Uint8Array | AbsolutePath>,
  hasher: Hasher,
): Promise<number | { readonly lost: Digest }> {
  let written = 0;
  for (const [digest, content] of files) {
    const bytes = typeof content === 'string' ? readIfThere(content) : content;
    if (bytes === undefined || (typeof content === 'string' && hasher.ofBytes(bytes) !== digest)) return { lost: digest };
    written += await writeUnlessThere(blobs, digest, [bytes]);
  }
  return written;
}

async function archiveLog({ log, blobs }: ArchiveRequest, hasher: Hasher): Promise<{ log: ArchiveAnswer['log']; written: number }> {
  if (typeof log !== 'string' && log.length <= INLINE_LOG) return { log: undefined, written: 0 };
  const bytes = typeof log === 'string' ? readFileSync(fsPath(log)) : log;
  const blob = hasher.ofBytes(bytes);
  const written = await writeUnlessThere(blobs, blob, [bytes]);
  return { log: { blob, length: bytes.length }, written };
}

/** Content-addressed: what is there already is the same bytes, and is verified whenever it is used. Gives the bytes written. */
async function writeUnlessThere(blobs: AbsolutePath, blob: Digest, chunks: Iterable<Uint8Array>): Promise<number> {
  return renewBlob(blobPath(blobs, blob)) ? 0 : writeBlob(blobs, blob, chunks);
}

async function stagePieces({ blobs, directory, pieces }: StageRequest, hasher: Hasher): Promise<StageAnswer> {
  const parents = new Set(pieces.map(({ name }) => parentOf(joinPath(directory, name))));
  for (const parent of parents) mkdirSync(fsPath(parent), { recursive: true });
  for (const [blob, wanted] of groupByBlob(pieces)) {
    const bytes = await unpackBlob(blobs, blob, hasher);
    if (!(bytes instanceof Uint8Array)) return { ...bytes, piece: wanted[0]?.index };
    for (const { name, place, digest, mode, index } of wanted) {
      const content = bytes.subarray(place.offset, place.offset + place.length);
      if (hasher.ofBytes(content) !== digest) return { kind: 'fault', detail: `blob ${blob} holds other bytes`, piece: index };
      const file = fsPath(joinPath(directory, name));
      writeFileSync(file, content, { flag: 'wx' });
      // Not by the option of the call: that one is subject to the umask.
      chmodSync(file, mode);
    }
  }
  return { kind: 'staged' };
}

type IndexedPiece = StageRequest['pieces'][number] & { readonly index: number };

function groupByBlob(pieces: StageRequest['pieces']): Map<Digest, IndexedPiece[]> {
  const groups = new Map<Digest, IndexedPiece[]>();
  pieces.forEach((piece, index) => {
    const group = groups.get(piece.place.blob) ?? [];
    group.push({ ...piece, index });
    groups.set(piece.place.blob, group);
  });
  return groups;
}

/** The verified bytes of a blob, or what is wrong with it. */
async function unpackBlob(blobs: AbsolutePath, blob: Digest, hasher: Hasher): Promise<Uint8Array | { kind: 'fault'; detail: string }> {
  try {
    const frames: Uint8Array[] = [];
    for await (const frame of readBlob(blobs, blob)) frames.push(frame);
    const bytes = frames.length === 1 && frames[0] ? frames[0] : Buffer.concat(frames);
    return hasher.ofBytes(bytes) === blob ? bytes : dropDamaged(blobs, blob, `blob ${blob} is damaged`);
  } catch (error) {
    if (error instanceof DamagedBlob) return dropDamaged(blobs, blob, error.message);
    if (codeOf(error) === 'ENOENT') return { kind: 'fault', detail: `blob ${blob} is missing` };
    if (codeOf(error) !== undefined) return { kind: 'fault', detail: `blob ${blob} cannot be read: ${codeOf(error)}` };
    throw error;
  }
}

/** So that it is written anew when the command has run again. */
function dropDamaged(blobs: AbsolutePath, blob: Digest, detail: string): { kind: 'fault'; detail: string } {
  removeIfPossible(blobPath(blobs, blob));
  return { kind: 'fault', detail };
}

/** Trouble other than that nothing is there is thrown: it says nothing of the bytes. */
function readIfThere(path: AbsolutePath): Uint8Array | undefined {
  return orAbsent(() => readFileSync(fsPath(path)));
}
