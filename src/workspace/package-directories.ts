import fastGlob from 'fast-glob';
import { parentOf, type AbsolutePath, type WorkspacePath } from '../base/path.ts';
import { DirectoryWalk } from './directory-walk.ts';

interface PackageDirectories {
  /** The root first, whether or not it is a package. */
  readonly directories: readonly WorkspacePath[];
  /** Globs that mean nothing, and what was left out, one sentence each. */
  readonly notes: readonly string[];
}

/** The directories with a `package.json` that the globs of the root name. */
export function findPackageDirectories(root: AbsolutePath, globs: readonly string[]): PackageDirectories {
  const walk = new DirectoryWalk(root);
  const isOutside = (glob: string): boolean => /^!?(?:\/|(?:.*\/)?\.\.(?:\/|$))/s.test(glob);
  const inside = globs.filter((glob) => !isOutside(glob));
  const excluded = inside.filter((glob) => glob.startsWith('!')).map((glob) => manifestGlob(glob.slice(1)));
  const included = inside.filter((glob) => !glob.startsWith('!'));
  const options = { cwd: root, ignore: ['**/node_modules/**', ...excluded], suppressErrors: true, fs: walk.fs };
  // One by one, to know which of them matches nothing.
  const found = included.map((glob) => fastGlob.sync(manifestGlob(glob), options).map((path) => parentOf(path as WorkspacePath)));
  const directories = walk.withoutAliases([...new Set(['' as WorkspacePath, ...found.flat()])].sort());
  return {
    directories,
    notes: [
      ...globs.filter(isOutside).map((glob) => `workspace glob '${glob}' leads out of the workspace and is left out`),
      ...included.filter((_, index) => found[index]?.length === 0).map((glob) => `workspace glob '${glob}' matches no package`),
      ...walk.notes,
    ],
  };
}

function manifestGlob(glob: string): string {
  const directory = glob.replace(/^\.\/+/, '').replace(/\/+$/, '');
  return directory === '' || directory === '.' ? 'package.json' : `${directory}/package.json`;
}
