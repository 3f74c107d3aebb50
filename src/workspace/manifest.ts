import type { Diagnostic } from '../base/diagnostic.ts';
import { isRecord, parseJson, textMembers, type JsonPath, type JsonSource } from '../base/json.ts';
import { joinPath, type AbsolutePath, type WorkspacePath } from '../base/path.ts';
import { readSourceText } from '../base/source-text.ts';

/** What a `package.json` says that matters here. */
export interface Manifest {
  readonly directory: WorkspacePath;
  readonly name: string | undefined;
  readonly version: string | undefined;
  readonly scripts: Readonly<Record<string, string>>;
  /** Of no text, though not a comment (`"//"`) either. */
  readonly unusableScripts: readonly string[];
  /** Of all four kinds of dependencies; a name may come up more than once. */
  readonly specs: readonly (readonly [name: string, spec: string, kind: DependencyKind])[];
}

/** The fields of a `package.json` that list dependencies. */
export const dependencyKinds = ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies'] as const;
export type DependencyKind = (typeof dependencyKinds)[number];

/** `undefined` where the directory has no `package.json`. */
export function readManifest(root: AbsolutePath, directory: WorkspacePath): Manifest | Diagnostic | undefined {
  const file = manifestPathOf(directory);
  const text = readSourceText(joinPath(root, file), file);
  if (typeof text !== 'string') return text;
  const parsed = parseManifest(text, file);
  if ('code' in parsed) return parsed;
  const { value } = parsed;
  if (!isRecord(value)) return mistake('must be an object', [], { text, file });
  const scripts = value['scripts'] ?? {};
  if (!isRecord(scripts)) return mistake("must have an object of commands as 'scripts'", ['scripts'], { text, file });
  return {
    directory,
    name: nonEmptyText(value['name']),
    version: nonEmptyText(value['version']),
    scripts: textMembers(scripts),
    unusableScripts: Object.keys(scripts).filter((name) => typeof scripts[name] !== 'string' && !name.startsWith('//')),
    specs: dependencyKinds.flatMap((kind) => Object.entries(textMembers(value[kind])).map(([to, spec]) => [to, spec, kind] as const)),
  };
}

/** The platform's parser is many times faster; ours is asked only to say where a mistake is. */
function parseManifest(text: string, file: WorkspacePath): { readonly value: unknown } | Diagnostic {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return parseJson({ text, file, dialect: 'strict', code: 'invalid-package-json' });
  }
}

function mistake(problem: string, path: JsonPath, source: Pick<JsonSource, 'text' | 'file'>): Diagnostic {
  const document = parseJson({ ...source, dialect: 'strict', code: 'invalid-package-json' });
  return 'code' in document ? document : { code: 'invalid-package-json', message: `${source.file} ${problem}`, at: document.placeOf(path) };
}

export function manifestPathOf(directory: WorkspacePath): WorkspacePath {
  return (directory === '' ? 'package.json' : `${directory}/package.json`) as WorkspacePath;
}

function nonEmptyText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
