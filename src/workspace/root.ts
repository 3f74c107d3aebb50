import { existsSync, readFileSync } from 'node:fs';
import { CommandError, type Diagnostic } from '../base/diagnostic.ts';
import { orAbsent } from '../base/files.ts';
import { isRecord, lineAndColumn, parseJson, textMembers } from '../base/json.ts';
import { joinPath, nameOf, parentOf, type AbsolutePath } from '../base/path.ts';

/** Where a workspace stands and what its root says about its packages. */
export interface FoundWorkspace {
  readonly root: AbsolutePath;
  /** Which directories hold packages, in the spelling of the root's file; empty for a single package. */
  readonly globs: readonly string[];
  readonly catalogs: Catalogs;
  /** The directory of the nearest `package.json` upwards of where the user is; `undefined` only above every package. */
  readonly currentDirectory: AbsolutePath | undefined;
}

/** Catalog name → package name → spec. The unnamed catalog is `default`. */
export type Catalogs = Readonly<Record<string, Readonly<Record<string, string>>>>;

/**
 * The workspace around `cwd`: the nearest directory upwards with a `pnpm-workspace.yaml` or a `package.json#workspaces`,
 * else the nearest package alone. Throws `no-workspace` where there is neither.
 */
export async function findWorkspace(cwd: AbsolutePath): Promise<FoundWorkspace> {
  let currentDirectory: AbsolutePath | undefined;
  for (const directory of upwards(cwd)) {
    const manifest = readManifest(directory);
    if (manifest !== undefined) currentDirectory ??= directory;
    const definition = (await readPnpmWorkspace(directory)) ?? definitionIn(manifest);
    if (definition !== undefined) return { root: directory, ...definition, currentDirectory };
  }
  if (currentDirectory !== undefined) return singlePackage(currentDirectory);
  throw new CommandError({
    code: 'no-workspace',
    message: `No package.json at or above ${cwd}`,
    hint: 'Run this inside a package or a workspace',
  });
}

export function singlePackage(directory: AbsolutePath): FoundWorkspace {
  return { root: directory, globs: [], catalogs: {}, currentDirectory: directory };
}

type Definition = Pick<FoundWorkspace, 'globs' | 'catalogs'>;

function upwards(directory: AbsolutePath): AbsolutePath[] {
  return directory === '/' ? [directory] : [directory, ...upwards(parentOf(directory))];
}

function readManifest(directory: AbsolutePath): unknown {
  const file = joinPath(directory, 'package.json');
  const text = orAbsent(() => readFileSync(file, 'utf8'));
  if (text === undefined) return undefined;
  const document = parseJson({ text, file, dialect: 'strict', code: 'invalid-package-json' });
  if ('code' in document) throw new CommandError(document);
  return document.value;
}

function definitionIn(manifest: unknown): Definition | undefined {
  if (!isRecord(manifest)) return undefined;
  const { workspaces } = manifest;
  if (Array.isArray(workspaces)) return { globs: workspaces.filter(isText), catalogs: catalogsIn(manifest) };
  if (!isRecord(workspaces) || !Array.isArray(workspaces['packages'])) return undefined;
  // bun reads them beside `workspaces` as well as in it.
  return { globs: workspaces['packages'].filter(isText), catalogs: { ...catalogsIn(manifest), ...catalogsIn(workspaces) } };
}

/** The YAML parser is loaded only where there is something to parse. */
async function readPnpmWorkspace(directory: AbsolutePath): Promise<Definition | undefined> {
  const file = joinPath(directory, 'pnpm-workspace.yaml');
  if (!existsSync(file)) return undefined;
  const { parseDocument } = await import('yaml');
  const text = readFileSync(file, 'utf8');
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error !== undefined) throw new CommandError(invalidWorkspaceFile(text, file, error.message.split('\n')[0] ?? '', error.pos[0]));

  const content: unknown = document.toJS();
  if (!isRecord(content)) return { globs: [], catalogs: {} };
  const globs: unknown = content['packages'] ?? [];
  if (Array.isArray(globs) && globs.every(isText)) return { globs, catalogs: catalogsIn(content) };
  const node: unknown = document.get('packages', true);
  const offset = isRecord(node) && Array.isArray(node['range']) ? Number(node['range'][0]) : 0;
  throw new CommandError(invalidWorkspaceFile(text, file, "'packages' must be a list of globs", offset));
}

function invalidWorkspaceFile(text: string, file: AbsolutePath, problem: string, offset: number): Diagnostic {
  const at = { file, ...lineAndColumn(text, offset) };
  return { code: 'invalid-workspace-file', message: `${nameOf(file)} is not valid: ${problem}`, at };
}

function catalogsIn({ catalog, catalogs }: Record<string, unknown>): Catalogs {
  const named = isRecord(catalogs) ? Object.entries(catalogs) : [];
  const all: (readonly [string, unknown])[] = [...named, ...(catalog === undefined ? [] : [['default', catalog] as const])];
  return Object.fromEntries(all.map(([name, specs]) => [name, textMembers(specs)]));
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
