import fastGlob from 'fast-glob';
import micromatch from 'micromatch';
import { stronglyConnected } from '../base/components.ts';
import { CommandError, type Diagnostic } from '../base/diagnostic.ts';
import { parentOf, toWorkspacePath, type AbsolutePath, type WorkspacePath } from '../base/path.ts';
import { makeEdgeResolver } from './edges.ts';
import { manifestPathOf, readManifest, type Manifest } from './manifest.ts';
import { findWorkspace, singlePackage, type FoundWorkspace } from './root.ts';

export interface Workspace {
  readonly root: AbsolutePath;
  /** The package the user is in; `undefined` where the root has no `package.json` and no package is nearer. */
  readonly current: WorkspacePath | undefined;
  /** By directory, the root's own (if it has a `package.json`) first. */
  readonly packages: readonly Package[];
  /** Groups of packages that depend on each other. */
  readonly cycles: readonly (readonly WorkspacePath[])[];
}

export interface Package {
  readonly directory: WorkspacePath;
  readonly name: string | undefined;
  readonly manifestPath: WorkspacePath;
  readonly scripts: Readonly<Record<string, string>>;
  /** Directories of the packages it depends on, without itself. */
  readonly dependencies: readonly WorkspacePath[];
}

/** Every package of the workspace around `cwd`. A nearest package that is not a member of it stands alone, as for npm. */
export async function loadWorkspace(cwd: AbsolutePath): Promise<Workspace> {
  const found = await findWorkspace(cwd);
  const workspace = readPackages(found);
  const { currentDirectory } = found;
  const isMember = workspace.packages.some((one) => one.directory === workspace.current);
  return currentDirectory === undefined || isMember ? workspace : readPackages(singlePackage(currentDirectory));
}

function readPackages({ root, globs, catalogs, currentDirectory }: FoundWorkspace): Workspace {
  const manifests = readManifests(root, globs);
  const edgesOf = makeEdgeResolver(root, manifests, catalogs);
  const packages = manifests.map((manifest) => ({
    directory: manifest.directory,
    name: manifest.name,
    manifestPath: manifestPathOf(manifest.directory),
    scripts: manifest.scripts,
    dependencies: edgesOf(manifest),
  }));
  const dependencies = new Map(packages.map((one) => [one.directory, one.dependencies]));
  const components = stronglyConnected([...dependencies.keys()], (directory) => dependencies.get(directory) ?? []);
  return {
    root,
    current: currentDirectory && toWorkspacePath(root, currentDirectory),
    packages,
    cycles: components.filter((members) => members.length > 1).map((members) => members.sort()),
  };
}

/** Throws the diagnostics of all broken manifests at once. */
function readManifests(root: AbsolutePath, globs: readonly string[]): Manifest[] {
  const read = packageDirectories(root, globs).map((directory) => readManifest(root, directory));
  const broken = read.filter((one): one is Diagnostic => one !== undefined && 'code' in one);
  if (broken.length > 0) throw new CommandError(...broken);
  return read.filter((one): one is Manifest => one !== undefined && !('code' in one));
}

/** Some of them may hold no package after all. */
function packageDirectories(root: AbsolutePath, globs: readonly string[]): WorkspacePath[] {
  const included = globs.filter((glob) => !glob.startsWith('!')).map(manifestGlob);
  const excluded = globs.filter((glob) => glob.startsWith('!')).map((glob) => manifestGlob(glob.slice(1)));
  const options = { cwd: root, ignore: ['**/node_modules/**'], suppressErrors: true };
  // Where directories are named level by level there is no need to list what is in them.
  const [deep, level] = [included.filter((glob) => glob.includes('**')), included.filter((glob) => !glob.includes('**'))];
  const found = [
    ...fastGlob.sync(deep, { ...options, ignore: [...options.ignore, ...excluded] }),
    ...fastGlob.sync(level.map(parentOf), { ...options, onlyDirectories: true }).map((directory) => `${directory}/package.json`),
  ];
  const kept = excluded.length === 0 ? found : micromatch.not(found, excluded, { dot: true });
  return [...new Set(['', ...kept.map(parentOf)])].sort() as WorkspacePath[];
}

function manifestGlob(glob: string): string {
  const directory = glob.replace(/^\.\/?/, '').replace(/\/+$/, '');
  return directory === '' ? 'package.json' : `${directory}/package.json`;
}
