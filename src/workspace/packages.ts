import { readFileSync } from 'node:fs';
import fastGlob from 'fast-glob';
import { stronglyConnected } from '../base/components.ts';
import { CommandError, type Diagnostic } from '../base/diagnostic.ts';
import { orAbsent } from '../base/files.ts';
import { isRecord, parseJson, textMembers } from '../base/json.ts';
import { joinPath, parentOf, toWorkspacePath, type AbsolutePath, type WorkspacePath } from '../base/path.ts';
import { makeEdgeResolver } from './edges.ts';
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

/** What a `package.json` says that matters here. */
export interface Manifest {
  readonly directory: WorkspacePath;
  readonly name: string | undefined;
  readonly version: string | undefined;
  readonly scripts: Readonly<Record<string, string>>;
  /** Of all four kinds of dependencies; a name may come up more than once. */
  readonly specs: readonly (readonly [name: string, spec: string])[];
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

function readManifest(root: AbsolutePath, directory: WorkspacePath): Manifest | Diagnostic | undefined {
  const file = manifestPathOf(directory);
  const text = orAbsent(() => readFileSync(joinPath(root, file), 'utf8'));
  if (text === undefined) return undefined;
  const parsed = parseManifest(text, file);
  if ('code' in parsed) return parsed;
  const { value } = parsed;
  if (!isRecord(value)) return { code: 'invalid-package-json', message: `${file} must be an object`, at: { file, line: 1, column: 1 } };
  return {
    directory,
    name: nonEmptyText(value['name']),
    version: nonEmptyText(value['version']),
    scripts: textMembers(value['scripts']),
    specs: dependencyFields.flatMap((field) => Object.entries(textMembers(value[field]))),
  };
}

const dependencyFields = ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies'];

/** The platform's parser is many times faster; ours is asked only to say where a mistake is. */
function parseManifest(text: string, file: WorkspacePath): { readonly value: unknown } | Diagnostic {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return parseJson({ text, file, dialect: 'strict', code: 'invalid-package-json' });
  }
}

function manifestPathOf(directory: WorkspacePath): WorkspacePath {
  return (directory === '' ? 'package.json' : `${directory}/package.json`) as WorkspacePath;
}

function nonEmptyText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
