import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { CommandError } from '../../../src/base/diagnostic.ts';
import type { WorkspacePath } from '../../../src/base/path.ts';
import { filterPackages } from '../../../src/workspace/filter.ts';
import { ourAnswer, workspaceOf, type RecordedFilters } from '../../harness/filter-cases.ts';

/** Recorded by `test/property/pnpm-filters`. */
const recorded = JSON.parse(readFileSync(new URL('pnpm-filters.json', import.meta.url), 'utf8')) as RecordedFilters[];

test("three hundred and sixty filters select what pnpm's own package selects", async () => {
  const answering = recorded.map(async ({ manifests, cases }) => {
    const workspace = await workspaceOf(manifests);
    return cases.map(({ from, patterns }) => ({ from, patterns, ...ourAnswer(workspace, { from, patterns }) }));
  });
  const answers = await Promise.all(answering);
  expect(answers.flat()).toHaveLength(360);
  expect(answers).toEqual(recorded.map(({ cases }) => cases));
});

const workspace = await workspaceOf({
  '': { name: 'root' },
  'apps/web': { name: 'web', version: '1.0.0', dependencies: { '@x/ui': 'workspace:*' } },
  'packages/core': { name: '@x/core', version: '1.0.0', dependencies: { '@y/ui': 'workspace:*' } },
  'packages/nameless': { dependencies: { web: '*' } },
  'packages/ui': { name: '@x/ui', version: '1.0.0', dependencies: { '@x/core': '^1.0.0' } },
  'packages/ui/kit': { name: '@y/ui', version: '1.0.0' },
});

const select = (...patterns: readonly string[]) => ourAnswer(workspace, { from: '', patterns }).packages;

describe('a pattern', () => {
  test.for([
    ['web', ['apps/web']],
    ['core', ['packages/core']],
    ['ui', []],
    ['*', ['', 'apps/web', 'packages/core', 'packages/ui', 'packages/ui/kit']],
    ['@x/*', ['packages/core', 'packages/ui']],
    ['.', ['']],
    ['./', ['']],
    ['./packages', []],
    ['./packages/*', ['packages/core', 'packages/nameless', 'packages/ui']],
    ['./packages/**', ['packages/core', 'packages/nameless', 'packages/ui', 'packages/ui/kit']],
    ['./{apps,packages}/[uw]*', ['apps/web', 'packages/ui']],
    ['{packages/ui}', ['packages/ui']],
    ['@x/*{packages/u*}', ['packages/ui']],
    ['ui{packages/ui/**}', []],
    ['ui{packages/ui/*}', ['packages/ui/kit']],
    ['@x/core...', ['packages/core', 'packages/ui/kit']],
    ['@x/core^...', ['packages/ui/kit']],
    ['...@x/core', ['apps/web', 'packages/core', 'packages/nameless', 'packages/ui']],
    ['...^@x/core', ['apps/web', 'packages/nameless', 'packages/ui']],
    ['...^@x/ui...', ['apps/web', 'packages/core', 'packages/nameless', 'packages/ui', 'packages/ui/kit']],
    ['...web...', ['apps/web', 'packages/core', 'packages/nameless', 'packages/ui', 'packages/ui/kit']],
    ['{packages/core}...', ['packages/core', 'packages/ui/kit']],
    ['./packages/core...', ['packages/core', 'packages/ui/kit']],
    ['...^./packages/ui/kit', ['apps/web', 'packages/core', 'packages/nameless', 'packages/ui']],
    ['!web', ['', 'packages/core', 'packages/nameless', 'packages/ui', 'packages/ui/kit']],
    ['!...@y/ui', ['']],
    ['!.', ['apps/web', 'packages/core', 'packages/nameless', 'packages/ui', 'packages/ui/kit']],
  ] as const)('%s selects %j', ([pattern, expected]) => {
    expect(select(pattern)).toEqual(expected);
  });
});

test('patterns add up, and exclusions come last wherever they stand', () => {
  expect(select('!@x/ui', 'web...', '{packages/nameless}')).toEqual(['apps/web', 'packages/core', 'packages/nameless', 'packages/ui/kit']);
});

test('directories are relative to where the user is', () => {
  const from = 'packages/ui';
  expect(ourAnswer(workspace, { from, patterns: ['.'] }).packages).toEqual(['packages/ui']);
  expect(ourAnswer(workspace, { from, patterns: ['./*', '{../core}'] }).packages).toEqual(['packages/core', 'packages/ui/kit']);
});

test('a place whose name looks like a glob stands for itself', async () => {
  const odd = await workspaceOf({ 'a[b]/(c)': { name: 'one' }, 'ab/(c)': { name: 'two' }, 'a[b]/"+!@|': { name: 'three' } });
  expect(ourAnswer(odd, { from: 'a[b]', patterns: ['./*'] }).packages).toEqual(['a[b]/"+!@|', 'a[b]/(c)']);
  expect(ourAnswer(odd, { from: 'a[b]/"+!@|', patterns: ['./**'] }).packages).toEqual(['a[b]/"+!@|']);
});

test('packages that depend on each other are relatives of themselves', async () => {
  const cyclic = await workspaceOf({
    a: { name: 'a', dependencies: { b: 'workspace:*' } },
    b: { name: 'b', dependencies: { a: 'workspace:*' } },
  });
  expect(ourAnswer(cyclic, { from: '', patterns: ['a^...'] }).packages).toEqual(['a', 'b']);
});

test('two packages of one name are both meant by it', async () => {
  const twins = await workspaceOf({ one: { name: 'twin' }, two: { name: 'twin' } });
  expect(ourAnswer(twins, { from: '', patterns: ['twin'] }).packages).toEqual(['one', 'two']);
});

describe('since a ref', () => {
  const changed = ['packages/ui/src/a.ts', 'packages/readme.md', 'packages/ui/kit/package.json'];
  const since = (...patterns: readonly string[]) => ourAnswer(workspace, { from: '', patterns }, changed);

  test.for([
    ['[main]', ['', 'packages/ui', 'packages/ui/kit']],
    ['[main...HEAD]', ['', 'packages/ui', 'packages/ui/kit']],
    ['[HEAD@{1}]', ['', 'packages/ui', 'packages/ui/kit']],
    ['...[main]', ['', 'apps/web', 'packages/core', 'packages/nameless', 'packages/ui', 'packages/ui/kit']],
    ['...^[main]', ['apps/web', 'packages/core', 'packages/nameless', 'packages/ui']],
    ['[main]...', ['', 'packages/core', 'packages/ui', 'packages/ui/kit']],
    ['@x/*[main]', ['packages/ui']],
    ['{packages/ui}[main]', ['packages/ui', 'packages/ui/kit']],
    ['{packages/ui/src}[main]', ['packages/ui']],
    ['{packages/*}[main]', ['packages/ui', 'packages/ui/kit']],
    ['{apps}[main]', []],
    ['![main]', ['apps/web', 'packages/core', 'packages/nameless']],
  ] as const)('%s selects %j', ([pattern, expected]) => {
    expect(since(pattern)).toEqual({ packages: expected, unmatched: [] });
  });

  test('a name means the package that it means without the ref', () => {
    expect(since('ui[main]')).toEqual({ packages: [], unmatched: ['ui[main]'] });
  });

  test('nothing changed is no mismatch, a wrong name or directory is', () => {
    const { packages, unmatched } = ourAnswer(workspace, {
      from: '',
      patterns: ['[main]', 'web[main]', '{apps}[main]', '{apps/web/src}[main]', 'wbe[main]', '{aps/web}[main]'],
    });
    expect({ packages, unmatched }).toEqual({ packages: [], unmatched: ['wbe[main]', '{aps/web}[main]'] });
  });

  test('git is asked only about the refs that are named', () => {
    const asked: string[] = [];
    const changedFiles = (ref: string) => {
      asked.push(ref);
      return [];
    };
    filterPackages(workspace, ['web', '[a]', '!web[b]...'], { from: '' as WorkspacePath, changedFiles });
    expect(asked).toEqual(['a', 'b']);
  });
});

describe('a malformed pattern', () => {
  test.for([
    ['', 1, "Filter '' names no package"],
    ['!', 2, "Filter '!' names no package"],
    ['...', 1, "Filter '...' names no package"],
    ['...^...', 4, "Filter '...^...' names no package"],
    ['a{b', 2, "Filter 'a{b' has a '{' without its '}'"],
    ['...a[b', 5, "Filter '...a[b' has a '[' without its ']'"],
    ['a}', 2, "Filter 'a}' has a '}' without its '{'"],
    ['a{}', 2, "Filter 'a{}' has nothing between '{' and '}'"],
    ['{a}[]', 4, "Filter '{a}[]' has nothing between '[' and ']'"],
    ['[main]{a}', 7, "Filter '[main]{a}' has more after '[…]'"],
    ['{a}b', 4, "Filter '{a}b' has more after '{…}'"],
    ['{a/{b,c}}', 4, "Filter '{a/{b,c}}' has a '{' within '{…}'"],
    ['.hidden', 1, "Filter '.hidden' begins with a dot, as no package name does"],
    ['!!a', 2, "Filter '!!a' has a second '!'"],
    ['a^', 2, "Filter 'a^' has a '^' that is not beside '...'"],
    ['^a...', 1, "Filter '^a...' has a '^' that is not beside '...'"],
  ] as const)('%j is a diagnostic with its place', ([pattern, column, message]) => {
    const at = { file: '--filter', line: 1, column, source: pattern };
    expect(mistakes(pattern)).toMatchObject([{ code: 'invalid-filter', message, at, hint: expect.stringMatching(/./) as string }]);
  });

  test('is reported with all others, before git is asked', () => {
    expect(mistakes('a{', 'web', '[main]', 'b}')).toMatchObject([{ at: { source: 'a{' } }, { at: { source: 'b}' } }]);
  });
});

const gitIsNotAsked = () => expect.unreachable();

function mistakes(...patterns: readonly string[]): unknown {
  try {
    filterPackages(workspace, patterns, { from: '' as WorkspacePath, changedFiles: gitIsNotAsked });
  } catch (error) {
    if (error instanceof CommandError) return error.diagnostics;
    throw error;
  }
  return expect.unreachable();
}
