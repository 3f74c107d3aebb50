import type { WorkspacePath } from '../base/path.ts';

/**
 * Which part of a repository's `.git` directory a path is in: `state` (HEAD, refs, config: what a result can depend on),
 * `index`, or `private` (objects, logs: content that the state already names). `undefined`: not in a `.git` directory.
 */
export function gitPart(path: WorkspacePath): 'state' | 'index' | 'private' | undefined {
  const match = /(?:^|\/)\.git\/(.+)$/.exec(path);
  if (match === null) return undefined;
  const inside = match[1]?.replace(/^(?:worktrees|modules)\/[^/]+\//, '') ?? '';
  if (inside === 'index' || inside === 'index.lock') return 'index';
  return /^(?:objects|logs)(?:\/|$)/.test(inside) ? 'private' : 'state';
}
