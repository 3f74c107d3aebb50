import { existsSync, readFileSync } from 'node:fs';
import { CommandError, type Diagnostic } from '../base/diagnostic.ts';
import { parseJson } from '../base/json.ts';
import { joinPath, resolvePath, type WorkspacePath } from '../base/path.ts';
import { packageNamed, splitTaskName } from './package-name.ts';
import type { Package, Workspace } from './packages.ts';
import type { PackageConfig } from './resolved-config.ts';

/** What the user configured, resolved. */
export interface Configuration {
  readonly cache: { readonly scripts: boolean; readonly tasks: boolean };
  /** Relative to the workspace root. */
  readonly cacheDirectory: string | undefined;
  readonly enablePrePostScripts: boolean;
  readonly packages: readonly PackageConfig[];
  /** The packages that were asked for their config, whether they have one or not. */
  readonly read: ReadonlySet<WorkspacePath>;
}

/**
 * The configuration of the root, of the packages in `needed`, and of those that their `dependsOn` leads to; no other config is
 * read, so that a mistake in one harms nobody who does not need it. Throws the mistakes of all files read at once.
 */
export async function loadConfiguration(workspace: Workspace, needed: readonly WorkspacePath[]): Promise<Configuration> {
  const byDirectory = new Map(workspace.packages.map((one) => [one.directory, one]));
  const configs: PackageConfig[] = [];
  const diagnostics: Diagnostic[] = [];
  const queue = ['' as WorkspacePath, ...needed];
  const seen = new Set<WorkspacePath>();

  for (const directory of queue) {
    const owner = byDirectory.get(directory);
    if (owner === undefined || seen.has(directory)) continue;
    seen.add(directory);
    const config = await readConfig(workspace, owner);
    if (Array.isArray(config)) diagnostics.push(...config);
    else if (config !== undefined) {
      configs.push(config);
      queue.push(...packagesReferredTo(config, workspace.packages));
    }
  }
  if (diagnostics.length > 0) throw new CommandError(...diagnostics);
  return { ...runSettings(configs.find((config) => config.directory === '')), packages: configs, read: seen };
}

function runSettings(root: PackageConfig | undefined): Omit<Configuration, 'packages' | 'read'> {
  const cache = typeof root?.cache === 'boolean' ? { scripts: root.cache, tasks: root.cache } : root?.cache;
  return {
    cache: { scripts: cache?.scripts ?? false, tasks: cache?.tasks ?? true },
    cacheDirectory: root?.cacheDirectory,
    enablePrePostScripts: root?.enablePrePostScripts ?? true,
  };
}

const fileNames = ['reprise.config.json', 'vite-task.json'];

async function readConfig({ root }: Workspace, { directory }: Package): Promise<PackageConfig | Diagnostic[] | undefined> {
  const candidates = fileNames.map((name) => resolvePath(root, directory, name));
  const [file, other] = candidates.filter((candidate) => existsSync(joinPath(root, candidate)));
  if (file === undefined) return undefined;
  if (other !== undefined) {
    const message = `A package has one config, and here are two: ${file} and ${other}`;
    return [{ code: 'invalid-config', message, at: { file: other } }];
  }
  const document = parseJson({ text: readFileSync(joinPath(root, file), 'utf8'), file, dialect: 'relaxed', code: 'invalid-config' });
  if ('code' in document) return [document];
  // The validator is loaded only where there is something to validate.
  const { resolveConfig } = await import('./resolved-config.ts');
  return resolveConfig({ document, root, directory });
}

/** Names that no package has are left to the task graph, which knows where they stand. */
function packagesReferredTo(config: PackageConfig, packages: readonly Package[]): WorkspacePath[] {
  return config.tasks.flatMap((task) =>
    task.dependsOn.flatMap(({ text }) => {
      const { packageName } = splitTaskName(text);
      const found = packageName === undefined ? undefined : packageNamed(packages, packageName);
      return found === undefined || 'code' in found ? [] : [found.directory];
    }),
  );
}
