import { CommandError, type Diagnostic } from '../base/diagnostic.ts';
import { isRecord, lineAndColumn, parseJson, textMembers, type JsonDocument } from '../base/json.ts';
import { joinPath, nameOf, parentOf, type AbsolutePath } from '../base/path.ts';
import { readSourceText } from '../base/source-text.ts';

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
    const manifest = readManifest(directory, currentDirectory !== undefined);
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

/** What may not be read above the nearest package is somebody else's. */
function readManifest(directory: AbsolutePath, isAbove: boolean): JsonDocument | undefined {
  const file = joinPath(directory, 'package.json');
  const text = readSourceText(file);
  if (text === undefined || (typeof text !== 'string' && isAbove)) return undefined;
  const document = typeof text === 'string' ? parseJson({ text, file, dialect: 'strict', code: 'invalid-package-json' }) : text;
  if ('code' in document) throw new CommandError(document);
  return document;
}

function definitionIn(manifest: JsonDocument | undefined): Definition | undefined {
  if (!isRecord(manifest?.value)) return undefined;
  const { workspaces } = manifest.value;
  const globs = isRecord(workspaces) ? workspaces['packages'] : workspaces;
  if (globs === undefined) return undefined;
  if (isGlobs(globs)) return { globs, catalogs: isRecord(workspaces) ? catalogsIn(workspaces) : {} };
  const at = manifest.placeOf(['workspaces', 'packages']);
  const message = `'workspaces' of ${at.file} must be a list of globs`;
  throw new CommandError({ code: 'invalid-package-json', message, at, hint: globsHint });
}

/** The YAML parser is loaded only where there is something to parse. */
async function readPnpmWorkspace(directory: AbsolutePath): Promise<Definition | undefined> {
  const file = joinPath(directory, 'pnpm-workspace.yaml');
  const text = readSourceText(file);
  if (text === undefined) return undefined;
  if (typeof text !== 'string') throw new CommandError(text);
  const { parseDocument } = await import('yaml');
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error !== undefined) throw new CommandError(invalidWorkspaceFile(text, file, error.message.split('\n')[0] ?? '', error.pos[0]));

  const content = contentOf(document);
  if (content instanceof Error) throw new CommandError(invalidWorkspaceFile(text, file, content.message, 0));
  if (content === null || content === undefined) return { globs: [], catalogs: {} };
  const globs = isRecord(content) ? (content['packages'] ?? []) : undefined;
  if (isRecord(content) && isGlobs(globs)) return { globs, catalogs: catalogsIn(content) };
  const node: unknown = isRecord(content) ? document.get('packages', true) : document.contents;
  const offset = isRecord(node) && Array.isArray(node['range']) ? Number(node['range'][0]) : 0;
  throw new CommandError({ ...invalidWorkspaceFile(text, file, "'packages' must be a list of globs", offset), hint: globsHint });
}

const globsHint = `As in ["packages/*"]`;

/** An alias that names nothing, or too much, is found out only here. */
function contentOf(document: { readonly toJS: () => unknown }): unknown {
  try {
    return document.toJS();
  } catch (error) {
    if (error instanceof ReferenceError) return error;
    throw error;
  }
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

function isGlobs(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((glob) => typeof glob === 'string');
}
