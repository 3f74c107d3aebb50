import { CommandError, unreachable, type Diagnostic } from '../base/diagnostic.ts';
import { isInside, type WorkspacePath } from '../base/path.ts';
import { reachableFrom } from '../base/reachable.ts';
import { filterPackages } from './filter.ts';
import { packageNamed } from './package-name.ts';
import type { Package, Workspace } from './packages.ts';
import type { ChangedFiles, Scope } from './scope.ts';
import { describeUnmatched } from './unmatched.ts';

export interface PackageQuery {
  readonly scope: Scope;
  /** Of `package#task`; `undefined` for a plain task. */
  readonly packageName: string | undefined;
  /** The directory the command is in: its package is the current one, and directories in filters are relative to it. */
  readonly from: WorkspacePath;
}

export interface SelectedPackages {
  /** In the workspace's order. Empty only where filters say so. */
  readonly packages: readonly WorkspacePath[];
  /** One for each filter that matches nothing: warnings, for a run that does not make them errors. */
  readonly unmatched: readonly Diagnostic[];
}

/** The packages that a run is about. Throws where there is none such, or the query contradicts itself. */
export function selectPackages(workspace: Workspace, query: PackageQuery, changedFiles: ChangedFiles): SelectedPackages {
  const { scope, packageName, from } = query;
  switch (scope.kind) {
    case 'current':
      return all([owner(workspace, query)]);
    case 'transitive': {
      const start = owner(workspace, query);
      const dependencies = new Map(workspace.packages.map((one) => [one.directory, one.dependencies]));
      const reached = reachableFrom([start.directory], (directory) => dependencies.get(directory) ?? []);
      return all(workspace.packages.filter((one) => one === start || reached.has(one.directory)));
    }
    case 'recursive':
      refusePackageName(packageName, '--recursive', 'selects all');
      return all(workspace.packages);
    case 'root':
      refusePackageName(packageName, '--workspace-root', "selects the root's");
      return all([rootPackage(workspace)]);
    case 'filters': {
      refusePackageName(packageName, '--filter', 'selects by pattern');
      const filtered = filterPackages(workspace, scope.patterns, { from, changedFiles });
      const unmatched = filtered.unmatched.map((pattern) => describeUnmatched(pattern, workspace, from));
      if (scope.failIfNoMatch && unmatched.length > 0) throw new CommandError(...unmatched);
      return { packages: filtered.packages, unmatched };
    }
    default:
      return unreachable(scope);
  }
}

function all(packages: readonly Package[]): SelectedPackages {
  return { packages: packages.map((one) => one.directory), unmatched: [] };
}

/** The package that is named, else the nearest one at or above where the command is. */
function owner({ packages }: Workspace, { packageName, from }: PackageQuery): Package {
  const found = packageName === undefined ? nearestPackage(packages, from) : packageNamed(packages, packageName);
  if (found === undefined) {
    const hint = 'Name one (package#task), or select all with --recursive';
    throw new CommandError({ code: 'unknown-package', message: 'This directory is in no package', hint });
  }
  if ('code' in found) throw new CommandError(found);
  return found;
}

function nearestPackage(packages: readonly Package[], from: WorkspacePath): Package | undefined {
  const around = packages.filter((one) => isInside(one.directory, from));
  return around.reduce<Package | undefined>((best, one) => (one.directory.length >= (best?.directory.length ?? 0) ? one : best), undefined);
}

function rootPackage({ packages }: Workspace): Package {
  const root = packages.find((one) => one.directory === '');
  if (root !== undefined) return root;
  const hint = 'Only a workspace with a package.json beside its pnpm-workspace.yaml has a root package';
  throw new CommandError({ code: 'no-root-package', message: "The workspace's root has no package.json", hint });
}

function refusePackageName(packageName: string | undefined, flag: string, what: string): void {
  if (packageName === undefined) return;
  const hint = `'${packageName}#…' names one package, ${flag} ${what}: leave out either`;
  throw new CommandError({ code: 'usage', message: `${flag} does not go with a package name`, hint });
}
