import { readdirSync, realpathSync, statSync } from 'node:fs';
import { fsPath, isInside, joinPath, toWorkspacePath, type AbsolutePath, type WorkspacePath } from '../../src/base/path.ts';
import type { Entry } from '../../src/cache/entry.ts';

/** The files of a workspace whose content no entry names, neither as an input nor as an output, by whatever links. */
export function foreignFiles(root: AbsolutePath, entries: Iterable<Entry>): WorkspacePath[] {
  const named = new Set<string>();
  for (const { fingerprint, outputs } of entries) {
    for (const { path } of [...fingerprint.files, ...(fingerprint.declared ?? []), ...outputs]) named.add(realPath(joinPath(root, path)));
    for (const { name } of fingerprint.programs) if (name.startsWith('/')) named.add(realPath(name as AbsolutePath));
  }
  return filesIn(root)
    .filter((path) => !named.has(path))
    .map((path) => toWorkspacePath(root, path));
}

function filesIn(directory: AbsolutePath): AbsolutePath[] {
  return readdirSync(fsPath(directory), { withFileTypes: true }).flatMap((entry) => {
    const path = joinPath(directory, entry.name);
    if (entry.isDirectory()) return isInside(`${directory}/.cache`, path) || entry.name === '.git' ? [] : filesIn(path);
    return entry.isFile() && statSync(fsPath(path)).nlink === 1 ? [path] : [];
  });
}

function realPath(path: AbsolutePath): string {
  try {
    return realpathSync(fsPath(path));
  } catch {
    return path;
  }
}
