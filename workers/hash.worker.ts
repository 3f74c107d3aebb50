import { loadHasher, type HashedFile } from '../src/base/digest.ts';
import type { AbsolutePath } from '../src/base/path.ts';
import { timed, type Timed } from './timing.ts';

/** Digests files, one answer per path in order. */
export async function hash(paths: readonly AbsolutePath[]): Promise<Timed<readonly HashedFile[]>> {
  const hasher = await loadHasher();
  return timed(() => Promise.resolve(paths.map((path) => hasher.ofFile(path))));
}
