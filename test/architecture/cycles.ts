import type { SourceFile } from './source-file.ts';

/** Each cycle of imports once, as the way around; imports of types count. */
export function cycles(files: readonly SourceFile[]): string[] {
  const targets = new Map(files.map(({ path, imports }) => [path, imports.map(({ target }) => target)]));
  const finished = new Set<string>();
  const found: string[] = [];

  const visit = (path: string, way: readonly string[]): void => {
    const start = way.indexOf(path);
    if (start !== -1) found.push([...way.slice(start), path].join(' → '));
    if (start !== -1 || finished.has(path)) return;
    for (const target of targets.get(path) ?? []) visit(target, [...way, path]);
    finished.add(path);
  };

  for (const { path } of files) visit(path, []);
  return [...new Set(found)];
}
