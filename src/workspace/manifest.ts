import { readFileSync } from 'node:fs';
import type { Diagnostic } from '../base/diagnostic.ts';
import { orAbsent } from '../base/files.ts';
import { isRecord, parseJson, textEntries, textMembers } from '../base/json.ts';
import { joinPath, type AbsolutePath, type WorkspacePath } from '../base/path.ts';

/** What a `package.json` says that matters here. */
export interface Manifest {
  readonly directory: WorkspacePath;
  readonly name: string | undefined;
  readonly version: string | undefined;
  readonly scripts: Readonly<Record<string, string>>;
  /** Of all four kinds of dependencies; a name may come up more than once. */
  readonly specs: readonly (readonly [name: string, spec: string])[];
}

/** `undefined` where the directory has no `package.json`. */
export function readManifest(root: AbsolutePath, directory: WorkspacePath): Manifest | Diagnostic | undefined {
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
    specs: dependencyFields.flatMap((field) => textEntries(value[field])),
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

export function manifestPathOf(directory: WorkspacePath): WorkspacePath {
  return (directory === '' ? 'package.json' : `${directory}/package.json`) as WorkspacePath;
}

function nonEmptyText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
