import { readlinkSync } from 'node:fs';
import { decodePath, normalizeAbsolute, type AbsolutePath } from '../../../base/path.ts';

/**
 * What a tool means by a path; `ask` is `process.cwd`. `undefined` where nothing can be meant: the path is empty, or relative
 * to a directory that has been removed.
 */
export function reportedPath(path: string, ask: () => string): AbsolutePath | undefined {
  if (path === '') return undefined;
  if (path.startsWith('/')) return normalizeAbsolute(path);
  const directory = directoryNow(ask);
  return directory === undefined ? undefined : normalizeAbsolute(`${directory}/${path}`);
}

function directoryNow(ask: () => string): string | undefined {
  try {
    const told = ask();
    // Node puts it where a name is not UTF-8.
    return told.includes('\uFFFD') ? decodePath(readlinkSync('/proc/self/cwd', { encoding: 'buffer' })) : told;
  } catch {
    // It has been removed.
    return undefined;
  }
}
