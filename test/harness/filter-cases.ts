import type { AbsolutePath, WorkspacePath } from '../../src/base/path.ts';
import { makeEdgeResolver } from '../../src/workspace/edges.ts';
import { filterPackages } from '../../src/workspace/filter.ts';
import { dependencyKinds, manifestPathOf, type Manifest } from '../../src/workspace/manifest.ts';
import type { Workspace } from '../../src/workspace/packages.ts';

/** The fields of a `package.json`, by directory. */
export type Manifests = Readonly<Record<string, ManifestFields>>;

export interface ManifestFields {
  readonly name?: string;
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** One `--filter …` for a workspace. */
export interface FilterCase {
  readonly from: string;
  readonly patterns: readonly string[];
}

/** Directories of packages, and patterns, each sorted. */
export interface FilterAnswer {
  readonly packages: readonly string[];
  readonly unmatched: readonly string[];
}

/** As `pnpm-filters.json` holds it. */
export interface RecordedFilters {
  readonly manifests: Manifests;
  readonly cases: readonly (FilterCase & FilterAnswer)[];
}

export const root = '/w' as AbsolutePath;

export async function workspaceOf(fields: Manifests): Promise<Workspace> {
  const manifests = Object.entries(fields).map(([directory, one]): Manifest => {
    const { name, version } = one;
    const specs = dependencyKinds.flatMap((kind) => Object.entries(one[kind] ?? {}).map(([to, spec]) => [to, spec, kind] as const));
    return { directory: directory as WorkspacePath, name, version, scripts: {}, unusableScripts: [], specs };
  });
  const edgesOf = await makeEdgeResolver(root, manifests, {});
  const packages = manifests.map((manifest) => {
    const { directory, name, scripts } = manifest;
    return { directory, name, scripts, manifestPath: manifestPathOf(directory), ...edgesOf(manifest) };
  });
  return { root, current: undefined, packages, cycles: [], notes: [] };
}

export function ourAnswer(workspace: Workspace, { from, patterns }: FilterCase, changed: readonly string[] = []): FilterAnswer {
  const changedFiles = () => changed as WorkspacePath[];
  const { packages, unmatched } = filterPackages(workspace, patterns, { from: from as WorkspacePath, changedFiles });
  return { packages: [...packages].sort(), unmatched: [...new Set(unmatched)].sort() };
}
