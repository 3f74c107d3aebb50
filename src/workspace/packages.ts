import { statSync } from 'node:fs';
import { stronglyConnected } from '../base/components.ts';
import { CommandError, type Diagnostic } from '../base/diagnostic.ts';
import { listDirectory, orUnreadable } from '../base/files.ts';
import { fsPath, joinPath, parentOf, toWorkspacePath, type AbsolutePath, type WorkspacePath } from '../base/path.ts';
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
  const workspace = await readPackages(found);
  const { currentDirectory } = found;
  const isMember = workspace.packages.some((one) => one.directory === workspace.current);
  return currentDirectory === undefined || isMember ? workspace : await readPackages(singlePackage(currentDirectory));
}

async function readPackages({ root, globs, catalogs, currentDirectory }: FoundWorkspace): Promise<Workspace> {
  const manifests = readManifests(root, await packageDirectories(root, globs));
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
  };
}

/** Throws the diagnostics of all broken manifests at once. */
function readManifests(root: AbsolutePath, directories: readonly WorkspacePath[]): Manifest[] {
  const read = directories.map((directory) => readManifest(root, directory));
  const broken = read.filter((one): one is Diagnostic => one !== undefined && 'code' in one);
  if (broken.length > 0) throw new CommandError(...broken);
  return read.filter((one): one is Manifest => one !== undefined && !('code' in one));
}

/** Directories that may hold a package, the root among them. */
async function packageDirectories(root: AbsolutePath, globs: readonly string[]): Promise<WorkspacePath[]> {
  const isPlain = globs.every((glob) => plainGlob.test(glob));
  const directories = isPlain ? globs.flatMap((glob) => directoriesAt(root, glob)) : await matchingDirectories(root, globs);
  return [...new Set(['' as WorkspacePath, ...directories])].sort();
}

/** `packages/*`, `tools/cli`: what nearly all workspaces have, and no globber need be loaded for. */
const plainGlob = /^(?!(?:.*\/)?(?:\.|node_modules(?:\/|$)))[\w@-][\w@.-]*(?:\/[\w@-][\w@.-]*)*(?:\/\*)?\/?$/;

function directoriesAt(root: AbsolutePath, glob: string): WorkspacePath[] {
  const plain = glob.replace(/\/$/, '') as WorkspacePath;
  if (!plain.endsWith('/*')) return [plain].filter((one) => hasManifest(root, one));
  const directory = parentOf(plain);
  const names = listDirectory(joinPath(root, directory))?.filter(({ kind }) => kind === 'd' || kind === 'l') ?? [];
  return names
    .filter(({ name }) => !name.startsWith('.') && name !== 'node_modules')
    .map(({ name }) => `${directory}/${name}` as WorkspacePath)
    .filter((one) => hasManifest(root, one));
}

/** What may not be looked at is no package, as for a globber. */
function hasManifest(root: AbsolutePath, directory: WorkspacePath): boolean {
  const file = joinPath(root, manifestPathOf(directory));
  return orUnreadable(() => statSync(fsPath(file), { throwIfNoEntry: false }))?.isFile() === true;
}

async function matchingDirectories(root: AbsolutePath, globs: readonly string[]): Promise<WorkspacePath[]> {
  const { default: fastGlob } = await import('fast-glob');
  const excluded = globs.filter((glob) => glob.startsWith('!')).map((glob) => manifestGlob(glob.slice(1)));
  const included = globs.filter((glob) => !glob.startsWith('!')).map(manifestGlob);
  const options = { cwd: root, ignore: ['**/node_modules/**', ...excluded], suppressErrors: true };
  return fastGlob.sync(included, options).map((path) => parentOf(path) as WorkspacePath);
}

function manifestGlob(glob: string): string {
  const directory = glob.replace(/^\.\/?/, '').replace(/\/+$/, '');
  return directory === '' ? 'package.json' : `${directory}/package.json`;
}
