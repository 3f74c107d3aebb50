import { createHash } from 'node:crypto';
import { deserialize, serialize } from 'node:v8';

/** A value as bytes that can tell later whether they are still those: a disk may give back others without a word. */
export function seal(value: unknown): Buffer {
  const bytes = serialize(value);
  return Buffer.concat([checksum(bytes), bytes]);
}

/** The value that was sealed; `undefined` for bytes that are damaged, or that another engine wrote. */
export function unseal(sealed: Buffer): unknown {
  const bytes = sealed.subarray(CHECKSUM_BYTES);
  if (!checksum(bytes).equals(sealed.subarray(0, CHECKSUM_BYTES))) return undefined;
  try {
    return deserialize(bytes);
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
}

const CHECKSUM_BYTES = 8;

function checksum(bytes: Uint8Array): Buffer {
  return createHash('sha1').update(bytes).digest().subarray(0, CHECKSUM_BYTES);
}
