import { isInside, type WorkspacePath } from '../base/path.ts';

export interface Glob {
  readonly glob: string;
  readonly isExclusion: boolean;
}

/** What is wrong with a glob that is relative to `base`; `undefined` for nothing. */
export function globProblem(pattern: string, base: WorkspacePath): string | undefined {
  const { glob } = splitExclusion(pattern);
  return problemOf(glob) ?? (joinGlob(base, glob) === undefined ? `leaves the workspace: '${pattern}'` : undefined);
}

/** The glob relative to the workspace root. `dir/` means everything below it; a leading `!` excludes. Right only without a problem. */
export function resolveGlob(pattern: string, base: WorkspacePath): Glob {
  const { glob, isExclusion } = splitExclusion(pattern);
  return { isExclusion, glob: joinGlob(base, glob.endsWith('/') ? `${glob}**` : glob) ?? glob };
}

function splitExclusion(pattern: string): Glob {
  return pattern.startsWith('!') ? { isExclusion: true, glob: pattern.slice(1) } : { isExclusion: false, glob: pattern };
}

function problemOf(glob: string): string | undefined {
  if (glob === '') return 'must not be empty';
  if (glob.startsWith('/')) return 'must not be absolute; globs are relative to the package, or to the root with {"base": "workspace"}';
  const bare = glob.replace(/\\./g, '');
  if (depthOf(bare, '{', '}') !== 0) return "has a '{' without its '}'";
  if (/\[[^\]]*$/.test(bare)) return "has a '[' without its ']'";
  return undefined;
}

function depthOf(text: string, open: string, close: string): number {
  return text.split(open).length - text.split(close).length;
}

/** `undefined` where the glob leads, or may lead, out of the workspace. */
function joinGlob(directory: string, glob: string): string | undefined {
  const parts = directory === '' ? [] : directory.split('/').map(escapeGlob);
  for (const part of glob.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.length === 0 || isMagic(parts.pop() ?? '')) return undefined;
  }
  const joined = parts.join('/');
  const hasHiddenWayUp = /(?:^|[/{,])\.\.(?:[/},]|$)/.test(joined);
  return hasHiddenWayUp || !isInside('', joined) ? undefined : joined;
}

function isMagic(part: string): boolean {
  return /[*?[\]{}]/.test(part.replace(/\\./g, ''));
}

function escapeGlob(name: string): string {
  return name.replace(/[*?[\]{}()!\\,]/g, '\\$&');
}
