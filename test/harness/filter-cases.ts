import type { AbsolutePath, WorkspacePath } from '../../src/base/path.ts';
import { makeEdgeResolver } from '../../src/workspace/edges.ts';
import { filterPackages } from '../../src/workspace/filter.ts';
import { manifestPathOf, type Manifest } from '../../src/workspace/manifest.ts';
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

/** As a line of `pnpm-filters.jsonl` holds it. */
export interface RecordedFilters {
  readonly manifests: Manifests;
  readonly cases: readonly (FilterCase & FilterAnswer)[];
}

export const root = '/w' as AbsolutePath;

export function workspaceOf(fields: Manifests): Workspace {
  const manifests = Object.entries(fields).map(([directory, one]): Manifest => {
    const { name, version, dependencies, devDependencies, peerDependencies, optionalDependencies } = one;
    const kinds = [dependencies, devDependencies, peerDependencies, optionalDependencies];
    const specs = kinds.flatMap((kind) => Object.entries(kind ?? {}));
    return { directory: directory as WorkspacePath, name, version, scripts: {}, specs };
  });
  const edgesOf = makeEdgeResolver(root, manifests, {});
  const packages = manifests.map((manifest) => {
    const { directory, name, scripts } = manifest;
    return { directory, name, scripts, manifestPath: manifestPathOf(directory), dependencies: edgesOf(manifest) };
  });
  return { root, current: undefined, packages, cycles: [] };
}

export function ourAnswer(workspace: Workspace, { from, patterns }: FilterCase, changed: readonly string[] = []): FilterAnswer {
  const changedFiles = () => changed as WorkspacePath[];
  const { packages, unmatched } = filterPackages(workspace, patterns, { from: from as WorkspacePath, changedFiles });
  return { packages: [...packages].sort(), unmatched: [...new Set(unmatched)].sort() };
}
