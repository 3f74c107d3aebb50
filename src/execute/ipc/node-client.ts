import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { AbsolutePath } from '../../base/path.ts';

/** The module that Node tools load to talk to the runner: beside the bundle, or in the repository's own build. */
export function findNodeClient(): AbsolutePath | undefined {
  const places = ['./node-client.cjs', '../../../dist/node-client.cjs'].map((place) => fileURLToPath(new URL(place, import.meta.url)));
  return places.find((place) => existsSync(place)) as AbsolutePath | undefined;
}
