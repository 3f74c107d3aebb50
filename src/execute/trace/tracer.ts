import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export type TraceHelper =
  /** An executable for the arguments of `native/README.md`. */
  { readonly kind: 'available'; readonly path: string } | { readonly kind: 'unavailable'; readonly why: string };

/** The helper that was built for this machine. Whether the kernel lets it trace is known only when it has started a task. */
export function findTraceHelper(): TraceHelper {
  if (process.platform !== 'linux') return { kind: 'unavailable', why: `files are traced on Linux only, not on ${process.platform}` };
  const name = `trace-helper-linux-${process.arch}`;
  // Beside the bundle, or from the sources' own place in the repository.
  const places = [`./native/${name}`, `../../../dist/native/${name}`].map((place) => fileURLToPath(new URL(place, import.meta.url)));
  const path = places.find((place) => existsSync(place));
  return path === undefined
    ? { kind: 'unavailable', why: `the trace helper for ${process.arch} was not built` }
    : { kind: 'available', path };
}
