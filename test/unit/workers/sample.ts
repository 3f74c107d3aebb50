import { writeFileSync } from 'node:fs';
import { MessageChannel } from 'node:worker_threads';
import { loadHasher, type Digest } from '../../../src/base/digest.ts';
import { joinPath, type AbsolutePath, type WorkspacePath } from '../../../src/base/path.ts';
import type { ArchiveAnswer, ArchiveRequest, StageAnswer } from '../../../src/cache/ports.ts';
import { archive, stage } from '../../../workers/blob.worker.ts';
import { directoryWith } from '../../harness/files.ts';
import { Random } from '../../harness/random.ts';

const hasher = await loadHasher();

/** Bytes that do not compress, the same for the same seed. */
export function noise(length: number, seed = length): Buffer {
  const random = new Random(seed);
  const bytes = Buffer.alloc(length);
  for (let at = 0; at + 4 <= length; at += 4) bytes.writeUInt32LE(random.below(2 ** 32), at);
  return bytes;
}

export interface Archived {
  readonly root: AbsolutePath;
  readonly blobs: AbsolutePath;
  readonly request: ArchiveRequest;
  readonly answer: ArchiveAnswer;
}

/** Files in a workspace, archived. `meddle` is called between their digesting and the archiving. */
export async function archived(
  files: Readonly<Record<string, Uint8Array>>,
  { log = Buffer.alloc(0), meddle }: { log?: Uint8Array | AbsolutePath; meddle?: (root: AbsolutePath) => void } = {},
): Promise<Archived> {
  const root = directoryWith({});
  const blobs = joinPath(directoryWith({}), 'blobs');
  for (const [name, bytes] of Object.entries(files)) writeFileSync(joinPath(root, name), bytes);
  const wanted = Object.entries(files).map(([name, bytes]) => ({
    path: name as WorkspacePath,
    digest: hasher.ofBytes(bytes),
    size: bytes.length,
  }));
  meddle?.(root);
  const request = { step: 'a#b', root, blobs, files: wanted, log };
  const { port2 } = new MessageChannel();
  return { root, blobs, request, answer: (await archive({ request, taken: port2 })).answer };
}

/** Unpacks all that was archived into a fresh directory. */
export async function staged({ blobs, request, answer }: Archived): Promise<{ directory: AbsolutePath; answer: StageAnswer }> {
  const directory = joinPath(directoryWith({}), 'staging');
  const pieces = request.files.flatMap(({ digest }, index) => {
    const place = answer.places[index];
    return place ? [{ name: `${index}`, place, digest, mode: index === 0 ? 0o755 : 0o640 }] : [];
  });
  return { directory, answer: (await stage({ step: 'a#b', blobs, directory, pieces })).answer };
}

export function digestOf(bytes: Uint8Array): Digest {
  return hasher.ofBytes(bytes);
}
