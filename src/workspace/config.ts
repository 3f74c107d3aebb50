import { CommandError, type Diagnostic } from '../base/diagnostic.ts';
import type { WorkspacePath } from '../base/path.ts';
import type { SizeLimit } from '../base/size-limit.ts';
import type { ConfigExecutor } from './config-executor.ts';
import { readConfig } from './config-reader.ts';
import type { DependencyKind } from './manifest.ts';
import { packageNamed, splitTaskName } from './package-name.ts';
import type { Package, Workspace } from './packages.ts';
import type { PackageConfig, Reference } from './resolved-config.ts';

/** What the user configured, resolved. */
export interface Configuration {
  readonly cache: { readonly scripts: boolean; readonly tasks: boolean };
  /** Relative to the workspace root. */
  readonly cacheDirectory: string | undefined;
  readonly cacheMaxSize: SizeLimit | undefined;
  readonly enablePrePostScripts: boolean;
  readonly packages: readonly PackageConfig[];
  /** The packages that were asked for their config, whether they have one or not. */
  readonly read: ReadonlySet<WorkspacePath>;
}

/** The configs of a workspace, each read at most once, and only when it is needed: a mistake in one harms nobody else. */
export class Configs {
  readonly #workspace: Workspace;
  readonly #executor: ConfigExecutor;
  readonly #packages: ReadonlyMap<WorkspacePath, Package>;
  readonly #read = new Set<WorkspacePath>();
  readonly #configs: PackageConfig[] = [];

  constructor(workspace: Workspace, executor: ConfigExecutor) {
    this.#workspace = workspace;
    this.#executor = executor;
    this.#packages = new Map(workspace.packages.map((one) => [one.directory, one]));
  }

  /**
   * The configuration of the root, of the packages in `needed`, of those asked for before, and of those that their
   * `dependsOn` leads to. Throws the mistakes of all files read at once.
   */
  async read(needed: readonly WorkspacePath[]): Promise<Configuration> {
    const diagnostics: Diagnostic[] = [];
    const queue = ['' as WorkspacePath, ...needed];
    for (const directory of queue) {
      const owner = this.#packages.get(directory);
      if (owner === undefined || this.#read.has(directory)) continue;
      this.#read.add(directory);
      const config = await readConfig({ root: this.#workspace.root, directory }, this.#executor);
      if (Array.isArray(config)) diagnostics.push(...config);
      else if (config !== undefined) {
        this.#configs.push(config);
        queue.push(...config.tasks.flatMap((task) => task.dependsOn.flatMap((reference) => this.#packagesOf(reference, owner))));
      }
    }
    if (diagnostics.length > 0) throw new CommandError(...diagnostics);
    const root = this.#configs.find(({ directory }) => directory === '');
    return { ...runSettings(root), packages: [...this.#configs], read: new Set(this.#read) };
  }

  /** Names that no package has are left to the task graph, which knows where they stand. */
  #packagesOf(reference: Reference, owner: Package): WorkspacePath[] {
    if (reference.kind === 'in-dependencies') return dependenciesOfKinds(owner, reference.from);
    const { packageName } = splitTaskName(reference.text);
    const found = packageName === undefined ? undefined : packageNamed(this.#workspace.packages, packageName);
    return found === undefined || 'code' in found ? [] : [found.directory];
  }
}

/** The workspace packages that a package lists under one of the fields. */
export function dependenciesOfKinds({ dependenciesByKind }: Package, kinds: readonly DependencyKind[]): WorkspacePath[] {
  return [...new Set(kinds.flatMap((kind) => dependenciesByKind[kind] ?? []))].sort();
}

function runSettings(root: PackageConfig | undefined): Omit<Configuration, 'packages' | 'read'> {
  const cache = typeof root?.cache === 'boolean' ? { scripts: root.cache, tasks: root.cache } : root?.cache;
  return {
    cache: { scripts: cache?.scripts ?? false, tasks: cache?.tasks ?? true },
    cacheDirectory: root?.cacheDirectory,
    cacheMaxSize: root?.cacheMaxSize,
    enablePrePostScripts: root?.enablePrePostScripts ?? true,
  };
}
