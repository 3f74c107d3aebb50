import { isUtf8 } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { kindOf, listDirectory, readLink, stampOf } from '../../src/base/files.ts';
import { fsPath, joinPath, type AbsolutePath } from '../../src/base/path.ts';

/**
 * Everything below `directory`, exactly: a file is its text (`hex:…` if that is not UTF-8), a link `-> target`. Modes
 * other than the usual come first: `[755] #!/bin/sh`. A directory, with a trailing `/`, shows only if it is empty or
 * has an unusual mode.
 */
export function readTree(directory: AbsolutePath): Record<string, string> {
  const names = (listDirectory(directory) ?? []).map(({ name }) => name).sort();
  return Object.assign({}, ...names.map((name) => describe(directory, name)));
}

function describe(directory: AbsolutePath, name: string): Record<string, string> {
  const path = joinPath(directory, name);
  const stamp = stampOf(path);
  if (stamp === undefined) return {};
  switch (kindOf(stamp)) {
    case 'link':
      return { [name]: `-> ${readLink(path)}` };
    case 'file':
      return { [name]: `${shownMode(stamp.mode, 0o666)}${shownBytes(readFileSync(fsPath(path)))}` };
    case 'directory':
      return describeDirectory(name, shownMode(stamp.mode, 0o777), readTree(path));
    case 'other':
      return { [name]: 'other' };
  }
}

function describeDirectory(name: string, mode: string, below: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(below).map(([path, shown]) => [`${name}/${path}`, shown]);
  const isShown = entries.length === 0 || mode !== '';
  return Object.fromEntries(isShown ? [[`${name}/`, mode.trim()], ...entries] : entries);
}

function shownMode(mode: number, usual: number): string {
  const permissions = mode & 0o7777;
  return permissions === (usual & ~process.umask()) ? '' : `[${permissions.toString(8)}] `;
}

function shownBytes(bytes: Buffer): string {
  return isUtf8(bytes) ? bytes.toString() : `hex:${bytes.toString('hex')}`;
}
