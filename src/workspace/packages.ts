import { stronglyConnected } from '../base/components.ts';
import { CommandError, type Diagnostic } from '../base/diagnostic.ts';
import { toWorkspacePath, type AbsolutePath, type WorkspacePath } from '../base/path.ts';
import { makeEdgeResolver, type PackageEdges } from './edges.ts';
import { manifestPathOf, readManifest, type Manifest } from './manifest.ts';
import { findPackageDirectories } from './package-directories.ts';
import { findWorkspace, singlePackage, type FoundWorkspace } from './root.ts';

export interface Workspace {
  readonly root: AbsolutePath;
  /** The package the user is in; `undefined` where the root has no `package.json` and no package is nearer. */
  readonly current: WorkspacePath | undefined;
  /** By directory, the root's own (if it has a `package.json`) first. */
  readonly packages: readonly Package[];
  /** Groups of packages that depend on each other. */
  readonly cycles: readonly (readonly WorkspacePath[])[];
  /** What of the root's globs and of the packages means nothing, one sentence each. */
  readonly notes: readonly string[];
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
  const workspace = await readPackages(found);
  const { currentDirectory } = found;
  const isMember = workspace.packages.some((one) => one.directory === workspace.current);
  return currentDirectory === undefined || isMember ? workspace : await readPackages(singlePackage(currentDirectory));
}

async function readPackages({ root, globs, catalogs, currentDirectory }: FoundWorkspace): Promise<Workspace> {
  const { directories, notes } = await findPackageDirectories(root, globs);
  const manifests = readManifests(root, directories);
  const edgesOf = await makeEdgeResolver(root, manifests, catalogs);
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
    notes: [...notes, ...manifests.flatMap(noteUnusableScripts)],
  };
}

/** Throws the diagnostics of all broken manifests at once. */
function readManifests(root: AbsolutePath, directories: readonly WorkspacePath[]): Manifest[] {
  const read = directories.map((directory) => readManifest(root, directory));
  const broken = read.filter((one): one is Diagnostic => one !== undefined && 'code' in one);
  if (broken.length > 0) throw new CommandError(...broken);
  return read.filter((one): one is Manifest => one !== undefined && !('code' in one));
}

function noteUnusableScripts({ directory, unusableScripts }: Manifest): string[] {
  return unusableScripts.map((name) => `'scripts.${name}' of ${manifestPathOf(directory)} is no text, and so no task`);
}
