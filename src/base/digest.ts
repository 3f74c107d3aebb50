import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { createHmac } from 'node:crypto';
import xxhash, { type XXHashAPI } from 'xxhash-wasm';
import { isAbsence, kindOf, sameStamp, toStamp, type Stamp } from './files.ts';
import { encodePath, fsPath, type AbsolutePath } from './path.ts';

declare const digest: unique symbol;

/** 128 bits as 32 hex digits: XXH64 with two fixed seeds. Guards against accidents, not against attackers. */
export type Digest = string & { readonly [digest]: true };

/** What reading a file gave: its digest and the stamp under which all of it was read. */
export type HashedFile = { readonly digest: Digest; readonly stamp: Stamp } | { readonly trouble: 'absent' | 'changing' | 'unreadable' };

/** Digests of bytes and files, synchronously. One per thread. */
export interface Hasher {
  readonly ofBytes: (bytes: Uint8Array) => Digest;
  readonly ofText: (text: string) => Digest;
  /** Reads the file itself, never through a link at `path`. */
  readonly ofFile: (path: AbsolutePath) => HashedFile;
}

let loading: Promise<Hasher> | undefined;

export function loadHasher(): Promise<Hasher> {
  loading ??= xxhash().then(makeHasher);
  return loading;
}

/** The canonical text of plain data: object keys sorted, `undefined` members left out. Equal data gives equal text. */
export function canonicalText(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) => {
    if (typeof member !== 'object' || member === null || Array.isArray(member)) return member;
    return Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

/** Of the value's bytes (see `decodePath`); tells nothing about them to those who do not hold `salt`. */
export function keyedDigest(salt: Uint8Array, value: string): Digest {
  return createHmac('sha256', salt).update(encodePath(value)).digest('hex').slice(0, 32) as Digest;
}

function formatDigest(high: bigint, low: bigint): Digest {
  return (high.toString(16).padStart(16, '0') + low.toString(16).padStart(16, '0')) as Digest;
}

const SEED_HIGH = 0x52657072697365n;
const SEED_LOW = 0x6469676573743031n;
const CHUNK = 64 * 1024;

function makeHasher({ h64Raw, create64 }: XXHashAPI): Hasher {
  const chunk = Buffer.allocUnsafeSlow(CHUNK);
  const ofBytes = (bytes: Uint8Array) => {
    if (bytes.length <= CHUNK) return formatDigest(h64Raw(bytes, SEED_HIGH), h64Raw(bytes, SEED_LOW));
    const high = create64(SEED_HIGH);
    const low = create64(SEED_LOW);
    for (let start = 0; start < bytes.length; start += CHUNK) {
      const part = bytes.subarray(start, start + CHUNK);
      high.update(part);
      low.update(part);
    }
    return formatDigest(high.digest(), low.digest());
  };

  /** The digest of what is left to read of an open file. Equal to `ofBytes` of the whole. */
  const ofDescriptor = (file: number, size: number): Digest => {
    const first = readSync(file, chunk, 0, CHUNK, null);
    if (first === size && first < CHUNK) return ofBytes(chunk.subarray(0, first));
    const high = create64(SEED_HIGH);
    const low = create64(SEED_LOW);
    for (let length = first; length > 0; length = readSync(file, chunk, 0, CHUNK, null)) {
      high.update(chunk.subarray(0, length));
      low.update(chunk.subarray(0, length));
    }
    return formatDigest(high.digest(), low.digest());
  };

  const ofFile = (path: AbsolutePath): HashedFile => {
    let file: number | undefined;
    try {
      file = openSync(fsPath(path), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
      const before = toStamp(fstatSync(file));
      if (kindOf(before) !== 'file') return { trouble: 'unreadable' };
      const content = ofDescriptor(file, before.size);
      return sameStamp(before, toStamp(fstatSync(file))) ? { digest: content, stamp: before } : { trouble: 'changing' };
    } catch (error) {
      return { trouble: isAbsence(error) ? 'absent' : 'unreadable' };
    } finally {
      if (file !== undefined) closeSync(file);
    }
  };

  return { ofBytes, ofText: (text) => ofBytes(Buffer.from(text, 'utf8')), ofFile };
}
