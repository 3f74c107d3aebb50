import { posix } from 'node:path';
import type { FilterCase, ManifestFields, Manifests } from '../../harness/filter-cases.ts';
import type { Random } from '../../harness/random.ts';

/*
 * Workspaces and filters on which pnpm and we are to agree. Left out by construction, because we differ on purpose:
 * - edges: pnpm links one of several packages of a name, nothing by `link:`, `catalog:`, `workspace:../path`, an empty spec or a `*` to a package without
 *   a version, and none by a range that only a pre-release satisfies or a `workspace:` range that nothing does; and it keeps self edges;
 * - `...a` before `...b...`: pnpm then adds what the dependents of a depend on;
 * - `./dir...`: pnpm drops the dots;
 * - paths to directories whose names are not plain, in specs and as the place where the user is: pnpm takes them for URLs and globs.
 */

const directories = [
  'apps/web',
  'apps/site',
  'packages/a',
  'packages/ab',
  'packages/b',
  'packages/ui',
  'packages/ui/kit',
  'packages/ui/kit/deep',
  'libs/x y',
  'libs/[z]',
  'libs/(old)',
  'libs/.hidden/x',
  '.tools/gen',
];
const plainPlaces = ['', 'apps', 'apps/web', 'packages', 'packages/ui', 'packages/a/src'];
const names = ['a', 'ab', 'b', 'web', 'ui', 'core-utils', '@x/a', '@x/ui', '@x/core', '@y/ui', '@y/b', '@y/lone', '@x/a.b'];
/** None, where it is empty. */
const versions = ['1.0.0', '1.2.3', '2.0.0', ''];
const fields = ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies'] as const;

export function makeManifests(random: Random): Manifests {
  const chosen = random.sample(directories, 2 + random.below(directories.length - 2));
  const places = random.chance(0.8) ? ['', ...chosen] : chosen;
  const bare = places.map((directory): readonly [string, ManifestFields] => {
    const version = random.pick(versions);
    return [directory, { ...(random.chance(0.85) && { name: random.pick(names) }), ...(version !== '' && { version }) }];
  });
  return Object.fromEntries(bare.map(([directory, one]) => [directory, { ...one, ...edges(random, directory, bare) }]));
}

function edges(random: Random, from: string, all: readonly (readonly [string, ManifestFields])[]): Partial<ManifestFields> {
  const kinds = Object.fromEntries(fields.map((field) => [field, {} as Record<string, string>]));
  const own = all.find(([directory]) => directory === from)?.[1].name;
  const used = new Set<string | undefined>([own]);
  const add = (name: string, spec: string) => {
    if (used.has(name)) return;
    used.add(name);
    Object.assign(kinds[random.pick(fields)] ?? {}, { [name]: spec });
  };
  for (const [directory, { name, version }] of random.sample(all, random.below(4))) {
    if (directory === from) continue;
    const isOnly = all.filter(([, other]) => other.name === name).length === 1;
    const path = isPlain(directory) ? posix.relative(`/${from}`, `/${directory}`) : undefined;
    if (name === undefined || !isOnly || random.chance(0.2)) {
      if (path !== undefined) add(`by-path-${used.size}`, `file:${path}`);
    } else if (random.chance(0.25)) add(`alias-${used.size}`, `workspace:${name}@*`);
    else add(name, random.pick(version === undefined ? unversioned : [...unversioned, ...matching(version)]));
  }
  if (random.chance(0.3)) add(random.pick(names.filter((name) => isAbsent(name, all))), random.pick(['workspace:*', '^1.0.0', 'latest']));
  const [, stranger] = random.pick(all);
  if (stranger.name !== undefined && random.chance(0.3)) add(stranger.name, random.pick(elsewhere));
  return Object.fromEntries(Object.entries(kinds).filter(([, kind]) => Object.keys(kind).length > 0));
}

const unversioned = ['workspace:*', 'workspace:^', 'workspace:~'];
const matching = (version: string) => ['*', `^${version}`, version, '>=0.1.0', `workspace:^${version}`];
/** Specs that no package of the workspace is meant by. */
const elsewhere = ['^9.0.0', 'latest', 'npm:left-pad@^1.0.0', 'github:someone/some', 'https://example.com/a.tgz', 'file:/outside/gone'];

function isAbsent(name: string, all: readonly (readonly [string, ManifestFields])[]): boolean {
  return all.every(([, other]) => other.name !== name);
}

export function makeFilterCase(random: Random, manifests: Manifests): FilterCase {
  const from = random.pick(plainPlaces);
  const patterns = Array.from({ length: 1 + random.below(4) }, () => makePattern(random, manifests, from));
  return { from, patterns: [...patterns.filter(isBothWays), ...patterns.filter((pattern) => !isBothWays(pattern))] };
}

function isBothWays(pattern: string): boolean {
  return /^!?\.\.\..*\.\.\.$/.test(pattern);
}

function makePattern(random: Random, manifests: Manifests, from: string): string {
  const sign = random.chance(0.25) ? '!' : '';
  const path = makePath(random, Object.keys(manifests), from);
  if (random.chance(0.25)) return sign + (isDotted(path) ? path : `./${path}`);
  const name = makeName(random, manifests);
  const core = random.pick([name, name, `{${path}}`, `${name}{${path}}`]);
  return sign + random.pick(['', '', '...', '...^']) + core + random.pick(['', '', '...', '^...']);
}

function makeName(random: Random, manifests: Manifests): string {
  const present = Object.values(manifests).flatMap(({ name }) => name ?? []);
  const known = random.pick(present.length === 0 ? names : present);
  const unscoped = known.slice(known.indexOf('/') + 1);
  return random.pick([
    known,
    known,
    unscoped,
    random.pick(names),
    '*',
    '@x/*',
    '@*/ui',
    `${unscoped.slice(0, 1)}*`,
    '*a*',
    'gone',
    'packages/a',
    'A',
    'a.b',
    '@x/a?b',
  ]);
}

/** Relative to `from`; sometimes of nothing. */
function makePath(random: Random, places: readonly string[], from: string): string {
  const target = random.pick([...places.filter((place) => !/[[(]/.test(place)), 'packages', 'apps', 'libs', 'gone']);
  const relative = posix.relative(`/${from}`, `/${target}`) || '.';
  const ending = random.pick(['', '', '', '/', '/*', '/**', '/../*', '/*/*', '/**/kit', '/?b', '/[ab]*']);
  return random.chance(0.1) ? './**' : relative + ending;
}

function isPlain(path: string): boolean {
  return /^[\w./-]*$/.test(path);
}

function isDotted(path: string): boolean {
  return /^\.\.?(?:\/|$)/.test(path);
}
