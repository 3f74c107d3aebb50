import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** See `native/tool-socket.c`. */
export type Connect = (owner: object, path: Uint8Array, milliseconds: number) => number;

let loaded: { readonly connect: Connect | undefined } | undefined;

/** `undefined` where the addon was not built for this machine, or Node may not load it. */
export function connectFunction(): Connect | undefined {
  loaded ??= { connect: load() };
  return loaded.connect;
}

function load(): Connect | undefined {
  // Deno counts open files in its own way: to `writeSync` the number of a socket would be another file.
  if (process.platform !== 'linux' || 'deno' in process.versions) return undefined;
  const name = `tool-socket-linux-${process.arch}.node`;
  // Beside the bundle, or from the sources' own place in the repository.
  const places = [`./native/${name}`, `../../../../dist/native/${name}`].map((place) => fileURLToPath(new URL(place, import.meta.url)));
  const path = places.find((place) => existsSync(place));
  return path === undefined ? undefined : open(path);
}

/** Not through `require`, which tools like to change. */
function open(path: string): Connect | undefined {
  const addon: { exports: { connect?: Connect } } = { exports: {} };
  try {
    process.dlopen(addon, path);
    return addon.exports.connect;
  } catch {
    // `--no-addons`, a file system that is `noexec`, another kind of runtime: all of them are why there is another way.
    return undefined;
  }
}
