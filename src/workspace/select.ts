import { CommandError } from '../base/diagnostic.ts';
import { isInside, type WorkspacePath } from '../base/path.ts';
import { packageNamed } from './package-name.ts';
import type { Package, Workspace } from './packages.ts';
import type { ChangedFiles, Scope } from './scope.ts';

interface PackageQuery {
  readonly scope: Scope;
  /** Of `package#task`. */
  readonly packageName: string | undefined;
  /** Where it is asked, relative to the root. */
  readonly from: WorkspacePath;
}

interface SelectedPackages {
  /** In the order of the workspace. */
  readonly packages: readonly WorkspacePath[];
  /** Filters that match nothing. */
  readonly unmatched: readonly string[];
}

/** The packages that a run is about. Throws where a name or the place names none. */
export function selectPackages(workspace: Workspace, query: PackageQuery, changedFiles: ChangedFiles): SelectedPackages {
  void changedFiles;
  const { scope, packageName, from } = query;
  if (packageName !== undefined && scope.kind === 'recursive') {
    const hint = `'${packageName}' names one package, --recursive selects all: leave out either`;
    throw new CommandError({ code: 'usage', message: '--recursive does not go with a package name', hint });
  }
  if (scope.kind === 'recursive') return { packages: workspace.packages.map(({ directory }) => directory), unmatched: [] };
  return { packages: [ownerOf(workspace, packageName, from).directory], unmatched: [] };
}

function ownerOf({ packages }: Workspace, packageName: string | undefined, from: WorkspacePath): Package {
  const owner = packageName === undefined ? nearestPackage(packages, from) : packageNamed(packages, packageName);
  if (owner === undefined) {
    const hint = 'Name one (package#task), or select all with --recursive';
    throw new CommandError({ code: 'unknown-package', message: 'This directory is in no package', hint });
  }
  if ('code' in owner) throw new CommandError(owner);
  return owner;
}

/** The package that a directory is in. */
export function nearestPackage(packages: readonly Package[], directory: WorkspacePath): Package | undefined {
  const around = packages.filter((one) => isInside(one.directory, directory));
  return around.reduce<Package | undefined>((nearest, one) => {
    return nearest === undefined || one.directory.length > nearest.directory.length ? one : nearest;
  }, undefined);
}
