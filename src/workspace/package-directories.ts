import { joinPath, parentOf, type AbsolutePath, type WorkspacePath } from '../base/path.ts';
import { DirectoryWalk } from './directory-walk.ts';

interface PackageDirectories {
  /** Those with a `package.json`, and the root in any case. */
  readonly directories: readonly WorkspacePath[];
  /** Globs that mean nothing, and what was left out, one sentence each. */
  readonly notes: readonly string[];
}

/** The directories of the packages that the globs of the root name. */
export async function findPackageDirectories(root: AbsolutePath, globs: readonly string[]): Promise<PackageDirectories> {
  const walk = new DirectoryWalk(root);
  const inside = globs.filter((glob) => !leadsOut.test(glob));
  const included = inside.filter((glob) => !glob.startsWith('!'));
  const find = inside.every((glob) => plainGlob.test(glob)) ? plainFinder(root, walk) : await globFinder(root, inside, walk);
  // One by one, to know which of them matches nothing.
  const found = included.map(find);
  const unmatched = included.filter((_, index) => found[index]?.length === 0);
  return {
    directories: walk.withoutAliases([...new Set(['' as WorkspacePath, ...found.flat()])].sort()),
    notes: [
      ...globs.filter((glob) => leadsOut.test(glob)).map((glob) => `workspace glob '${glob}' leads out of the workspace and is left out`),
      ...unmatched.map((glob) => `workspace glob '${glob}' matches no package`),
      ...walk.notes,
    ],
  };
}

const leadsOut = /^!?(?:\/|(?:.*\/)?\.\.(?:\/|$))/s;

/** `packages/*`, `tools/cli`: what nearly all workspaces have, and no globber need be loaded for. */
const plainGlob = /^(?!(?:.*\/)?(?:\.|node_modules(?:\/|$)))[\w@-][\w@.-]*(?:\/[\w@-][\w@.-]*)*(?:\/\*)?\/?$/;

type Finder = (glob: string) => WorkspacePath[];

function plainFinder(root: AbsolutePath, walk: DirectoryWalk): Finder {
  return (glob) => {
    const plain = glob.replace(/\/$/, '') as WorkspacePath;
    if (!plain.endsWith('/*')) return [plain].filter((one) => walk.isPackage(one));
    const directory = parentOf(plain);
    return walk
      .directoriesIn(joinPath(root, directory))
      .filter((name) => !name.startsWith('.') && name !== 'node_modules')
      .map((name) => `${directory}/${name}` as WorkspacePath)
      .filter((one) => walk.isPackage(one));
  };
}

async function globFinder(root: AbsolutePath, globs: readonly string[], walk: DirectoryWalk): Promise<Finder> {
  const { default: fastGlob } = await import('fast-glob');
  const excluded = globs.filter((glob) => glob.startsWith('!')).map((glob) => manifestGlob(glob.slice(1)));
  const options = { cwd: root, ignore: ['**/node_modules/**', ...excluded], suppressErrors: true, fs: walk.fs };
  return (glob) => fastGlob.sync(manifestGlob(glob), options).map((path) => parentOf(path) as WorkspacePath);
}

function manifestGlob(glob: string): string {
  const directory = glob.replace(/^\.(?:\/+|$)/, '').replace(/\/+$/, '');
  return directory === '' ? 'package.json' : `${directory}/package.json`;
}
