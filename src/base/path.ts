import { isUtf8 } from 'node:buffer';

declare const absolute: unique symbol;
declare const workspaceRelative: unique symbol;

/** An absolute path without `.`, `..` or a trailing slash. */
export type AbsolutePath = string & { readonly [absolute]: true };

/**
 * A path relative to the workspace root, `/`-separated, never with a leading `./`; the root itself is `''`.
 * It starts with `../` only for inputs that a link of the workspace leads to; outputs never do.
 */
export type WorkspacePath = string & { readonly [workspaceRelative]: true };

/**
 * Paths are bytes. In memory a path is a string in which each byte that is not part of valid UTF-8 stands as the lone
 * surrogate U+DC00 + byte, so that every name round-trips (the scheme of Python's PEP 383).
 */
export function decodePath(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = buffer.toString('utf8');
  return text.includes('\uFFFD') ? decodeEscaping(buffer) : text;
}

export function hasEscapedBytes(text: string): boolean {
  return escapedByte.test(text);
}

/** The text as those have it who know only UTF-8: with U+FFFD for what is none. */
export function lossyText(text: string): string {
  return hasEscapedBytes(text) ? encodePath(text).toString('utf8') : text;
}

/** The path as `node:fs` takes it: a string where that is faithful, else the bytes. */
export function fsPath(path: string): string | Buffer {
  return escapedByte.test(path) ? encodePath(path) : path;
}

export function encodePath(path: string): Buffer {
  if (!escapedByte.test(path)) return Buffer.from(path, 'utf8');
  const parts: Buffer[] = [];
  for (const character of path) {
    const code = character.codePointAt(0) ?? 0;
    const isEscape = code >= 0xdc80 && code <= 0xdcff;
    parts.push(isEscape ? Buffer.from([code - 0xdc00]) : Buffer.from(character, 'utf8'));
  }
  return Buffer.concat(parts);
}

/** The path as people read it: bytes that are not UTF-8 as `\xNN`, control characters escaped. */
export function displayPath(path: string): string {
  return path.replace(/[\p{Cc}\uDC80-\uDCFF]/gu, (character) => {
    const code = character.charCodeAt(0);
    const byte = code >= 0xdc80 ? code - 0xdc00 : code;
    return `\\x${byte.toString(16).padStart(2, '0')}`;
  });
}

export function joinPath(base: AbsolutePath, path: string): AbsolutePath {
  if (path === '') return base;
  if (path !== '..' && !path.startsWith('../')) return (base === '/' ? `/${path}` : `${base}/${path}`) as AbsolutePath;
  return normalizeAbsolute(`${base}/${path}`);
}

/** `path` relative to `root`: inside as is, outside with leading `../`. */
export function toWorkspacePath(root: AbsolutePath, path: AbsolutePath): WorkspacePath {
  if (path === root) return '' as WorkspacePath;
  if (isInside(root, path)) return path.slice(root === '/' ? 1 : root.length + 1) as WorkspacePath;
  const from = root.split('/').slice(1);
  const to = path === '/' ? [] : path.split('/').slice(1);
  let shared = 0;
  while (shared < from.length && shared < to.length && from[shared] === to[shared]) shared++;
  return [...from.slice(shared).map(() => '..'), ...to.slice(shared)].join('/') as WorkspacePath;
}

/** What `path`, absolute or relative to `directory`, names lexically. */
export function resolvePath(root: AbsolutePath, directory: WorkspacePath, path: string): WorkspacePath {
  return toWorkspacePath(root, normalizeAbsolute(path.startsWith('/') ? path : `${joinPath(root, directory)}/${path}`));
}

/** Whether `path` is `directory` or below it. Works on absolute and on workspace paths alike. */
export function isInside(directory: string, path: string): boolean {
  if (directory === '' || directory === '/') return path !== '..' && !path.startsWith('../');
  return path.startsWith(directory) && (path.length === directory.length || path[directory.length] === '/');
}

/** The directory that holds `path`; of a top-level name `''` (or `/`). */
export function parentOf<Path extends string>(path: Path): Path {
  const slash = path.lastIndexOf('/');
  if (slash === 0) return '/' as Path;
  return (slash < 0 ? '' : path.slice(0, slash)) as Path;
}

export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** What `name` is in `directory`. */
export function childOf(directory: WorkspacePath, name: string): WorkspacePath {
  return (directory === '' ? name : `${directory}/${name}`) as WorkspacePath;
}

/** Removes `.`, `..`, doubled and trailing slashes lexically; right only where no component is a link. */
export function normalizeAbsolute(path: string): AbsolutePath {
  if (isNormal(path)) return path;
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') parts.pop();
    else parts.push(part);
  }
  return `/${parts.join('/')}` as AbsolutePath;
}

function isNormal(path: string): path is AbsolutePath {
  return path.startsWith('/') && !/\/(?:\.{0,2}(?:\/|$))/.test(path);
}

const escapedByte = /[\uDC80-\uDCFF]/u;

function decodeEscaping(bytes: Buffer): string {
  let text = '';
  let start = 0;
  while (start < bytes.length) {
    const end = start + validPrefixLength(bytes.subarray(start));
    text += bytes.toString('utf8', start, end);
    if (end < bytes.length) text += String.fromCharCode(0xdc00 + (bytes[end] ?? 0));
    start = end + 1;
  }
  return text;
}

/** How many leading bytes are valid UTF-8. */
function validPrefixLength(bytes: Buffer): number {
  let index = 0;
  while (index < bytes.length) {
    const first = bytes[index] ?? 0;
    const length = first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
    if (length === 0 || index + length > bytes.length) return index;
    if (length > 1 && !isUtf8(bytes.subarray(index, index + length))) return index;
    index += length;
  }
  return index;
}
