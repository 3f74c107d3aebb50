import fastGlob from 'fast-glob';
import { stronglyConnected } from '../base/components.ts';
import { CommandError, type Diagnostic } from '../base/diagnostic.ts';
import { parentOf, toWorkspacePath, type AbsolutePath, type WorkspacePath } from '../base/path.ts';
import { makeEdgeResolver, type PackageEdges } from './edges.ts';
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

export interface Package extends PackageEdges {
  readonly directory: WorkspacePath;
  readonly name: string | undefined;
  readonly manifestPath: WorkspacePath;
  readonly scripts: Readonly<Record<string, string>>;
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
    ...edgesOf(manifest),
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

function packageDirectories(root: AbsolutePath, globs: readonly string[]): WorkspacePath[] {
  const excluded = globs.filter((glob) => glob.startsWith('!')).map((glob) => manifestGlob(glob.slice(1)));
  const included = globs.filter((glob) => !glob.startsWith('!')).map(manifestGlob);
  const options = { cwd: root, ignore: ['**/node_modules/**', ...excluded], suppressErrors: true };
  const directories = fastGlob.sync(included, options).map((path) => parentOf(path));
  return [...new Set(['', ...directories])].sort() as WorkspacePath[];
}

function manifestGlob(glob: string): string {
  const directory = glob.replace(/^\.\/?/, '').replace(/\/+$/, '');
  return directory === '' ? 'package.json' : `${directory}/package.json`;
}
