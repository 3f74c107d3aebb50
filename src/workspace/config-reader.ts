import { readFileSync } from 'node:fs';
import type { Diagnostic } from '../base/diagnostic.ts';
import { codeOf } from '../base/files.ts';
import { parseJson, type JsonDocument } from '../base/json.ts';
import { joinPath, type AbsolutePath, type WorkspacePath } from '../base/path.ts';
import type { ConfigExecutor } from './config-executor.ts';
import { configHomes, twoHomes } from './config-homes.ts';
import type { PackageConfig } from './resolved-config.ts';

export interface ConfigPlace {
  readonly root: AbsolutePath;
  /** The package's. */
  readonly directory: WorkspacePath;
}

/** The config of one package, `undefined` if it has none, or all that is wrong with it. Literal files are read, others run. */
export async function readConfig(place: ConfigPlace, executor: ConfigExecutor): Promise<PackageConfig | Diagnostic[] | undefined> {
  const { root, directory } = place;
  const { own, vite } = configHomes(root, directory);
  const [file, other] = own;
  if (file !== undefined && other !== undefined) return [twoHomes(file, other)];
  const ownDocument = file && (await readDocument(file, root, executor));
  if (ownDocument && 'code' in ownDocument) return [ownDocument];
  const viteDocument = vite && (await readDocument(vite, root, executor));
  if (viteDocument && 'code' in viteDocument) return [viteDocument];
  if (file !== undefined && vite !== undefined && viteDocument) return [twoHomes(file, `${vite} ('run')` as WorkspacePath)];
  const document = ownDocument ?? viteDocument;
  if (document === undefined) return undefined;
  // The validator is loaded only where there is something to validate.
  const { resolveConfig } = await import('./resolved-config.ts');
  return resolveConfig({ document, root, directory });
}

/** `undefined` for a `vite.config.*` without `run`. */
async function readDocument(
  file: WorkspacePath,
  root: AbsolutePath,
  executor: ConfigExecutor,
): Promise<JsonDocument | Diagnostic | undefined> {
  const text = readText(joinPath(root, file));
  if (text === undefined) return { code: 'invalid-config', message: `${file} cannot be read`, at: { file } };
  if (file.endsWith('.json')) return parseJson({ text, file, dialect: 'relaxed', code: 'invalid-config' });

  const { readLiteralConfig } = await import('./literal-config.ts');
  const take = /(?:^|\/)vite\.config\.\w+$/.test(file) ? 'run' : 'all';
  const read = await readLiteralConfig({ text, file, take });
  if (read === 'absent') return undefined;
  if (read !== 'must-run') return read;
  const executed = await executor.execute(file);
  if ('code' in executed) return executed;
  // Where its values stand is not known.
  return executed.value === undefined ? undefined : { value: executed.value, placeOf: () => ({ file }) };
}

function readText(path: AbsolutePath): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return undefined;
  }
}
