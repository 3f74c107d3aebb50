import { isInside, resolvePath, type AbsolutePath, type WorkspacePath } from '../base/path.ts';
import type { DependencyKind, Manifest } from './manifest.ts';
import type { Catalogs } from './root.ts';

/** Directories of the packages that a package depends on, without itself. */
export interface PackageEdges {
  readonly dependencies: readonly WorkspacePath[];
  /** By the field of the `package.json` that lists them. */
  readonly dependenciesByKind: { readonly [Kind in DependencyKind]?: readonly WorkspacePath[] };
}

/**
 * Which packages of the workspace a package depends on: those that a spec can resolve to, whatever the package manager.
 * An edge too many costs some order; one too few runs tasks in the wrong order, so pre-releases satisfy ranges here.
 * A package without a version satisfies `*` alone. Directories come sorted, without the package itself.
 */
export async function makeEdgeResolver(
  root: AbsolutePath,
  manifests: readonly Manifest[],
  catalogs: Catalogs,
): Promise<(from: Manifest) => PackageEdges> {
  const byDirectory = new Map(manifests.map((manifest) => [manifest.directory, manifest]));
  const byName = groupByName(manifests);
  const specsInside = manifests.flatMap(({ specs }) => specs.filter(([name]) => byName.has(name)));
  const satisfies = await rangeTest(specsInside.map(([name, spec]) => fromCatalog(catalogs, name, spec)));

  return (from) => {
    const byKind: { [Kind in DependencyKind]?: WorkspacePath[] } = {};
    const all = new Set<WorkspacePath>();
    for (const [name, spec, kind] of from.specs) {
      for (const { directory } of resolve(from, name, fromCatalog(catalogs, name, spec))) {
        if (directory === from.directory) continue;
        all.add(directory);
        (byKind[kind] ??= []).push(directory);
      }
    }
    return { dependencies: [...all].sort(), dependenciesByKind: byKind };
  };

  function resolve(from: Manifest, name: string, spec: string): readonly Manifest[] {
    const path = pathIn(spec);
    if (path !== undefined) return atPath(resolvePath(root, from.directory, path), name);
    if (!spec.startsWith('workspace:')) return (byName.get(name) ?? []).filter((candidate) => satisfies(spec, candidate));
    const alias = /^workspace:(?<target>@?[^@]+)@/.exec(spec)?.groups?.['target'];
    return byName.get(alias ?? name) ?? [];
  }

  /** A path leads to the package that stands there, or that is named and publishes a directory of its own (`link:../b/dist`). */
  function atPath(path: WorkspacePath, name: string): readonly Manifest[] {
    const exact = byDirectory.get(path);
    return exact !== undefined ? [exact] : (byName.get(name) ?? []).filter((manifest) => isInside(manifest.directory, path));
  }
}

function groupByName(manifests: readonly Manifest[]): ReadonlyMap<string, readonly Manifest[]> {
  const groups = new Map<string, Manifest[]>();
  for (const manifest of manifests) {
    if (manifest.name === undefined) continue;
    const group = groups.get(manifest.name) ?? [];
    group.push(manifest);
    groups.set(manifest.name, group);
  }
  return groups;
}

/** `catalog:` and `catalog:name` stand for the spec that the catalog has. */
function fromCatalog(catalogs: Catalogs, name: string, spec: string): string {
  if (!spec.startsWith('catalog:')) return spec;
  const catalog = spec.slice('catalog:'.length).trim() || 'default';
  return catalogs[catalog]?.[name] ?? spec;
}

function pathIn(spec: string): string | undefined {
  return /^(?:file:|link:|portal:|workspace:(?=\.{1,2}(?:\/|$)))(?<path>.*)$/.exec(spec)?.groups?.['path'];
}

/**
 * Whether a package of the workspace is what a spec asks for. Ranges only: a tag (`latest`), a URL or an alias (`npm:`)
 * names something in a registry. What understands ranges is loaded only where there are any.
 */
async function rangeTest(specs: readonly string[]): Promise<(spec: string, candidate: Manifest) => boolean> {
  if (specs.every((spec) => isAny(spec) || spec.startsWith('workspace:') || pathIn(spec) !== undefined)) return isAny;
  const { default: satisfies } = await import('semver/functions/satisfies.js');
  return (spec, { version }) =>
    isAny(spec) || (version !== undefined && satisfies(version, spec.trim(), { loose: true, includePrerelease: true }));
}

function isAny(spec: string): boolean {
  return ['', '*'].includes(spec.trim());
}
