import { displayPath, type WorkspacePath } from '../base/path.ts';

/** The line of a task's config that takes a path out of its inputs; of a directory, all below it. */
export function exclusionLine(path: WorkspacePath, isDirectory = false): string {
  const pattern = displayPath(path).replace(/[\\*?[\]{}()!,]/g, '\\$&');
  const excluded = JSON.stringify(`!${pattern}${isDirectory ? '/**' : ''}`);
  return `"input": [{ "auto": true }, { "pattern": ${excluded}, "base": "workspace" }]`;
}
