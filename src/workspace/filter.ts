import { CommandError } from '../base/diagnostic.ts';
import { isInside, joinPath, normalizeAbsolute, parentOf, resolvePath, type AbsolutePath, type WorkspacePath } from '../base/path.ts';
import { reachableFrom } from '../base/reachable.ts';
import { compileDirectoryGlob, escapeGlob } from './directory-glob.ts';
import { parseFilterPattern, type FilterPattern } from './filter-pattern.ts';
import type { Package, Workspace } from './packages.ts';
import type { ChangedFiles } from './scope.ts';

export interface FilterContext {
  /** The directory that directories in patterns are relative to. */
  readonly from: WorkspacePath;
  readonly changedFiles: ChangedFiles;
}

export interface FilteredPackages {
  /** In the workspace's order. */
  readonly packages: readonly WorkspacePath[];
  /** The patterns whose name or directory no package has. That nothing has changed since a ref is no mismatch. */
  readonly unmatched: readonly string[];
}

/**
 * The packages that pnpm's own filters would select: the union of all patterns, or where there are only exclusions every
 * package, the root's included, and then without what `!` names. Throws all malformed patterns at once.
 *
 * On purpose it differs from pnpm 10 in this: the dots of `./dir...` count; `...a ...b...` is the union of the two, where pnpm adds
 * what a's dependents depend on; `name[ref]` is the package that `name` is without the ref; `{glob}[ref]` works.
 */
export function filterPackages(workspace: Workspace, patterns: readonly string[], context: FilterContext): FilteredPackages {
  const relatives = relativesIn(workspace.packages);
  const answers = parseAll(patterns).map((pattern) => {
    const { entries, isMatch } = match(pattern, workspace, context);
    return { pattern, isMatch, selected: withRelatives(entries, pattern, relatives) };
  });
  const inclusions = answers.filter(({ pattern }) => !pattern.isExclusion);
  const included = new Set(inclusions.flatMap(({ selected }) => [...selected]));
  const excluded = new Set(answers.flatMap(({ pattern, selected }) => (pattern.isExclusion ? [...selected] : [])));
  const directories = workspace.packages.map((one) => one.directory);
  return {
    packages: directories.filter((one) => (inclusions.length === 0 || included.has(one)) && !excluded.has(one)),
    unmatched: answers.flatMap(({ pattern, isMatch }) => (isMatch ? [] : [pattern.text])),
  };
}

function parseAll(patterns: readonly string[]): FilterPattern[] {
  const read = patterns.map(parseFilterPattern);
  const malformed = read.flatMap((one) => ('code' in one ? [one] : []));
  if (malformed.length > 0) throw new CommandError(...malformed);
  return read.flatMap((one) => ('code' in one ? [] : [one]));
}

interface Relatives {
  readonly dependencies: (directory: WorkspacePath) => readonly WorkspacePath[];
  readonly dependents: (directory: WorkspacePath) => readonly WorkspacePath[];
}

function relativesIn(packages: readonly Package[]): Relatives {
  const dependencies = new Map(packages.map((one) => [one.directory, one.dependencies]));
  const dependents = new Map<WorkspacePath, WorkspacePath[]>(packages.map((one) => [one.directory, []]));
  for (const one of packages) for (const next of one.dependencies) dependents.get(next)?.push(one.directory);
  return { dependencies: (one) => dependencies.get(one) ?? [], dependents: (one) => dependents.get(one) ?? [] };
}

/** `...p...` has in it what the dependents of p depend on, too: all that a change of p asks to be built. */
function withRelatives(entries: ReadonlySet<WorkspacePath>, pattern: FilterPattern, relatives: Relatives): ReadonlySet<WorkspacePath> {
  const { withDependencies, withDependents } = pattern;
  if (!withDependencies && !withDependents) return entries;
  const itself = pattern.excludesItself ? [] : entries;
  const dependents = withDependents ? reachableFrom(entries, relatives.dependents) : [];
  const dependencies = withDependencies ? reachableFrom([...entries, ...dependents], relatives.dependencies) : [];
  return new Set([...itself, ...dependents, ...dependencies]);
}

interface Match {
  /** What the pattern names without its `...`. */
  readonly entries: ReadonlySet<WorkspacePath>;
  readonly isMatch: boolean;
}

function match(pattern: FilterPattern, workspace: Workspace, { from, changedFiles }: FilterContext): Match {
  const { name, directory, ref } = pattern;
  const { root, packages } = workspace;
  const isThere = directory === undefined ? undefined : directoryMatcher(directory, joinPath(root, from));
  if (ref !== undefined) {
    const candidates = name === undefined ? packages : named(packages, name);
    const isBelow = (path: WorkspacePath) => isThere === undefined || upwards(path).some((one) => isThere(joinPath(root, one)));
    const changed = packagesWith(changedFiles(ref), packages, isBelow);
    const entries = candidates.filter((one) => changed.has(one.directory));
    const isPlace = directory === undefined || isPlaceOfPackages(resolvePath(root, from, directory), packages);
    const isMatch = candidates.length > 0 && (isPlace || packages.some((one) => isBelow(one.directory)));
    return { entries: directoriesOf(entries), isMatch };
  }
  const there = isThere === undefined ? packages : packages.filter((one) => isThere(joinPath(root, one.directory)));
  const entries = name === undefined ? there : named(there, name);
  return { entries: directoriesOf(entries), isMatch: entries.length > 0 };
}

/** The packages that the files are in, of each the nearest; only files in a directory that `isWanted`. */
function packagesWith(
  files: readonly WorkspacePath[],
  packages: readonly Package[],
  isWanted: (directory: WorkspacePath) => boolean,
): ReadonlySet<WorkspacePath> {
  const known = directoriesOf(packages);
  // To git a submodule is a file, to us it may be a package.
  const places = new Set(files.map((file) => (known.has(file) ? file : parentOf(file))));
  return new Set([...places].filter(isWanted).flatMap((place) => upwards(place).find((one) => known.has(one)) ?? []));
}

/** Whether it is in a package other than the root's, in which everything is. */
function isPlaceOfPackages(directory: WorkspacePath, packages: readonly Package[]): boolean {
  return packages.some((one) => one.directory !== '' && isInside(one.directory, directory));
}

/** Those so called, else (for a name without a scope) the only one so called in some scope. */
function named(packages: readonly Package[], pattern: string): readonly Package[] {
  const isNamed = nameMatcher(pattern);
  const exact = packages.filter((one) => one.name !== undefined && isNamed(one.name));
  if (exact.length > 0 || pattern.startsWith('@') || pattern.includes('/')) return exact;
  const scoped = named(packages, `@*/${pattern}`);
  return scoped.length === 1 ? scoped : [];
}

function nameMatcher(pattern: string): (name: string) => boolean {
  const source = pattern.replace(/[\\^$.+?()[\]{}|]/g, '\\$&').replaceAll('*', '.*');
  const expression = new RegExp(`^${source}$`, 's');
  return (name) => expression.test(name);
}

/** As pnpm: a plain path is that directory alone. */
function directoryMatcher(glob: string, from: AbsolutePath): (directory: AbsolutePath) => boolean {
  return compileDirectoryGlob(normalizeAbsolute(`${escapeGlob(from)}/${glob}`));
}

/** The path itself and every directory above it, the nearest first. */
function upwards(path: WorkspacePath): WorkspacePath[] {
  return path === '' ? [path] : [path, ...upwards(parentOf(path))];
}

function directoriesOf(packages: readonly Package[]): ReadonlySet<WorkspacePath> {
  return new Set(packages.map((one) => one.directory));
}
