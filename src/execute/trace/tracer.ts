import { accessSync, chmodSync, constants, copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { codeOf } from '../../base/files.ts';
import { joinPath, type AbsolutePath } from '../../base/path.ts';

export type TraceHelper =
  /** An executable for the arguments of `native/README.md`. */
  { readonly kind: 'available'; readonly path: string } | { readonly kind: 'unavailable'; readonly why: string };

/**
 * The helper that was built for this machine. Whether the kernel lets it trace is known only when it has started a task.
 * One that lost its mode on the way here, or stands where nothing may be executed, is copied into `scratch`.
 */
export function findTraceHelper(scratch?: AbsolutePath): TraceHelper {
  if (process.platform !== 'linux') return { kind: 'unavailable', why: `files are traced on Linux only, not on ${process.platform}` };
  const name = `trace-helper-linux-${process.arch}`;
  // Beside the bundle, or from the sources' own place in the repository.
  const places = [`./native/${name}`, `../../../dist/native/${name}`].map((place) => fileURLToPath(new URL(place, import.meta.url)));
  const path = places.find((place) => existsSync(place));
  if (path === undefined) return { kind: 'unavailable', why: `the trace helper for ${process.arch} was not built` };
  return executable(path, scratch);
}

/**
 * A helper that may be executed: the one at `path`, else a copy. Not every package manager keeps modes, and an installed
 * package is not ours to change: it may be read-only, of another user, or linked to a store that projects share.
 */
export function executable(path: string, scratch: AbsolutePath | undefined): TraceHelper {
  if (mayExecute(path)) return { kind: 'available', path };
  if (scratch === undefined) return { kind: 'unavailable', why: `${path} may not be executed` };
  try {
    const copy = copyInto(scratch, path);
    return mayExecute(copy)
      ? { kind: 'available', path: copy }
      : { kind: 'unavailable', why: `neither ${path} nor a copy may be executed` };
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return { kind: 'unavailable', why: `${path} may not be executed and not be copied: ${codeOf(error)}` };
  }
}

/** Also false on a file system that is mounted `noexec`. */
function mayExecute(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return false;
  }
}

/** Nobody else may enter the directory, which is made here, so that what is executed is what was copied. */
function copyInto(scratch: AbsolutePath, path: string): string {
  mkdirSync(scratch, { recursive: true, mode: 0o700 });
  const copy = joinPath(scratch, 'trace-helper');
  copyFileSync(path, copy);
  chmodSync(copy, 0o500);
  return copy;
}
