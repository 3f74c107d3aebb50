import satisfies from 'semver/functions/satisfies.js';
import { isInside, resolvePath, type AbsolutePath, type WorkspacePath } from '../base/path.ts';
import type { Manifest } from './manifest.ts';
import type { Catalogs } from './root.ts';

/**
 * Which packages of the workspace a package depends on: those that a spec can resolve to, whatever the package manager.
 * An edge too many costs some order; one too few runs tasks in the wrong order, so pre-releases satisfy ranges here.
 * A package without a version satisfies `*` alone. Directories come sorted, without the package itself.
 */
export function makeEdgeResolver(
  root: AbsolutePath,
  manifests: readonly Manifest[],
  catalogs: Catalogs,
): (from: Manifest) => WorkspacePath[] {
  const byDirectory = new Map(manifests.map((manifest) => [manifest.directory, manifest]));
  const byName = groupByName(manifests);

  return (from) => {
    const directories = new Set<WorkspacePath>();
    for (const [name, spec] of from.specs) {
      for (const target of resolve(from, name, fromCatalog(catalogs, name, spec))) directories.add(target.directory);
    }
    directories.delete(from.directory);
    return [...directories].sort();
  };

  function resolve(from: Manifest, name: string, spec: string): readonly Manifest[] {
    const path = pathIn(spec);
    if (path !== undefined) return atPath(resolvePath(root, from.directory, path), name);
    if (!spec.startsWith('workspace:')) return byName.get(name)?.filter((candidate) => canResolveTo(spec, candidate)) ?? none;
    const alias = /^workspace:(?<target>@?[^@]+)@/.exec(spec)?.groups?.['target'];
    return byName.get(alias ?? name) ?? none;
  }

  /** A path leads to the package that stands there, or that is named and publishes a directory of its own (`link:../b/dist`). */
  function atPath(path: WorkspacePath, name: string): readonly Manifest[] {
    const exact = byDirectory.get(path);
    return exact !== undefined ? [exact] : (byName.get(name) ?? []).filter((manifest) => isInside(manifest.directory, path));
  }
}

const none: readonly Manifest[] = [];

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

/** `catalog:` and `catalog:name` stand for the spec that the catalog has; one kept where we do not look (yarn's) may have any. */
function fromCatalog(catalogs: Catalogs, name: string, spec: string): string {
  if (!spec.startsWith('catalog:')) return spec;
  const catalog = spec.slice('catalog:'.length).trim() || 'default';
  return catalogs[catalog]?.[name] ?? '*';
}

function pathIn(spec: string): string | undefined {
  if (!spec.includes(':')) return undefined;
  return /^(?:file:|link:|portal:|workspace:(?=\.{1,2}(?:\/|$)))(?<path>.*)$/.exec(spec)?.groups?.['path'];
}

/** Ranges only: a tag (`latest`), a URL or an alias of another name is something in a registry. */
function canResolveTo(spec: string, { name, version }: Manifest): boolean {
  const range = withoutAlias(spec.trim(), name);
  if (range === '' || range === '*') return true;
  return version !== undefined && isInRange(version, range);
}

/** A workspace has few versions and few ranges, each many times over. */
const answers = new Map<string, boolean>();

function isInRange(version: string, range: string): boolean {
  const question = `${version} ${range}`;
  const answer = answers.get(question) ?? satisfies(version, range, { loose: true, includePrerelease: true });
  answers.set(question, answer);
  return answer;
}

/** npm takes `npm:b@^1.0.0` and `npm:b` for what `^1.0.0` and nothing are, as a dependency that is called b. yarn has `npm:^1.0.0`. */
function withoutAlias(spec: string, name: string | undefined): string {
  if (!spec.startsWith('npm:')) return spec;
  const target = spec.slice('npm:'.length);
  if (target === name) return '';
  return target.startsWith(`${name}@`) ? target.slice(`${name}@`.length) : target;
}
