import { expandBraces } from '../base/glob-braces.ts';
import type { AbsolutePath, WorkspacePath } from '../base/path.ts';
import type { FileSelection } from '../graph/task.ts';
import { compileGlob } from './declared-glob.ts';

/** Whether a file that the trace found belongs to the selection. */
export function matches(selection: FileSelection, path: WorkspacePath): boolean {
  const { include, exclude } = compiled(selection);
  return (selection.auto || include.some((glob) => glob.test(path))) && !exclude.some((glob) => glob.test(path));
}

/** Whether the globs themselves name the path, whatever the trace finds. */
export function isDeclared(selection: FileSelection, path: WorkspacePath): boolean {
  const { include, exclude } = compiled(selection);
  return include.some((glob) => glob.test(path)) && !exclude.some((glob) => glob.test(path));
}

/**
 * The files and links on disk that the globs name, in the order of their bytes. Links are not followed; dotfiles and `node_modules`
 * count. Of an automatic selection these are the files named besides those that are found.
 */
export async function expand(
  root: AbsolutePath,
  { include, exclude }: Pick<FileSelection, 'include' | 'exclude'>,
): Promise<WorkspacePath[]> {
  if (include.length === 0) return [];
  const { default: fastGlob } = await import('fast-glob');
  const selection = { auto: false, include, exclude };
  const entries = fastGlob.sync(forFastGlob(include), {
    cwd: root,
    ignore: forFastGlob(exclude),
    dot: true,
    braceExpansion: false,
    extglob: false,
    followSymbolicLinks: false,
    objectMode: true,
    onlyFiles: false,
    suppressErrors: true,
  });
  const paths = entries.filter((entry) => !entry.dirent.isDirectory()).map((entry) => entry.path as WorkspacePath);
  // Both have to agree on every path, whatever the glob.
  return paths.filter((path) => matches(selection, path)).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

/** It takes a brace for a brace in brackets, but not behind a backslash. */
function forFastGlob(globs: readonly string[]): string[] {
  return globs.flatMap(expandBraces).map((glob) => glob.replace(/\\([{}])/g, '[$1]'));
}

interface CompiledSelection {
  readonly include: readonly RegExp[];
  readonly exclude: readonly RegExp[];
}

/** A selection meets thousands of paths. */
const compiledSelections = new WeakMap<object, CompiledSelection>();

function compiled(selection: FileSelection): CompiledSelection {
  const known = compiledSelections.get(selection);
  if (known !== undefined) return known;
  const fresh = { include: compileAll(selection.include), exclude: compileAll(selection.exclude) };
  compiledSelections.set(selection, fresh);
  return fresh;
}

function compileAll(globs: readonly string[]): RegExp[] {
  return globs.flatMap(expandBraces).map(compileGlob);
}
