import { describe, expect, test } from 'vitest';
import { CommandError } from '../../../src/base/diagnostic.ts';
import type { WorkspacePath } from '../../../src/base/path.ts';
import type { Workspace } from '../../../src/workspace/packages.ts';
import type { Scope } from '../../../src/workspace/scope.ts';
import { selectPackages } from '../../../src/workspace/select.ts';
import { workspaceOf } from '../../harness/filter-cases.ts';

const workspace = await workspaceOf({
  '': { name: 'root' },
  a: { name: 'a', dependencies: { '@x/b': 'workspace:*' } },
  b: { name: '@x/b', dependencies: { '@x/c': 'workspace:*' } },
  'b/nested': { name: 'nested' },
  c: { name: '@x/c', dependencies: { '@x/b': 'workspace:*' } },
  nameless: {},
});
const rootless = await workspaceOf({ a: { name: 'a' } });

interface Asked {
  readonly packageName?: string;
  readonly from?: string;
  readonly within?: Workspace;
}

function select(scope: Scope, { packageName, from = '', within = workspace }: Asked = {}) {
  const changed = ['b/src/x.ts'] as WorkspacePath[];
  const { packages, unmatched } = selectPackages(within, { scope, packageName, from: from as WorkspacePath }, () => changed);
  return { directories: packages, unmatched };
}

function mistakes(...asked: Parameters<typeof select>): unknown {
  try {
    select(...asked);
  } catch (error) {
    if (error instanceof CommandError) return error.diagnostics;
    throw error;
  }
  return expect.unreachable();
}

const filters = (...patterns: readonly string[]): Scope => ({ kind: 'filters', patterns, failIfNoMatch: false });
const strictFilters = (...patterns: readonly string[]): Scope => ({ kind: 'filters', patterns, failIfNoMatch: true });

describe('a run is about', () => {
  test.for([
    [{ kind: 'current' }, { from: 'a' }, ['a']],
    [{ kind: 'current' }, { from: 'a/src/deep' }, ['a']],
    [{ kind: 'current' }, { from: 'b/nested' }, ['b/nested']],
    [{ kind: 'current' }, { from: 'b/other' }, ['b']],
    [{ kind: 'current' }, { from: 'elsewhere' }, ['']],
    [{ kind: 'current' }, { from: 'a', packageName: '@x/b' }, ['b']],
    [{ kind: 'current' }, { from: 'a', packageName: 'b' }, ['b']],
    [{ kind: 'transitive' }, { from: 'a' }, ['a', 'b', 'c']],
    [{ kind: 'transitive' }, { from: 'c' }, ['b', 'c']],
    [{ kind: 'transitive' }, { from: 'nameless' }, ['nameless']],
    [{ kind: 'transitive' }, { from: 'nameless', packageName: 'a' }, ['a', 'b', 'c']],
    [{ kind: 'recursive' }, { from: 'a' }, ['', 'a', 'b', 'b/nested', 'c', 'nameless']],
    [{ kind: 'recursive' }, { within: rootless }, ['a']],
    [{ kind: 'root' }, { from: 'a' }, ['']],
    [filters('./nameless'), {}, ['nameless']],
    [filters('.'), { from: 'b' }, ['b']],
    [filters('c', 'a'), {}, ['a', 'c']],
    [filters('...[main]'), {}, ['a', 'b', 'c']],
    [filters('a', '!a'), {}, []],
  ] as const)('%j from %j: %j', ([scope, asked, expected]) => {
    expect(select(scope, asked)).toEqual({ directories: expected, unmatched: [] });
  });
});

describe('it is a mistake', () => {
  test.for([
    [
      { kind: 'recursive' },
      '--recursive does not go with a package name',
      "'a#…' names one package, --recursive selects all: leave out either",
    ],
    [
      { kind: 'root' },
      '--workspace-root does not go with a package name',
      "'a#…' names one package, --workspace-root selects the root's: leave out either",
    ],
    [filters('a'), '--filter does not go with a package name', "'a#…' names one package, --filter selects by pattern: leave out either"],
  ] as const)('to name a package beside %j', ([scope, message, hint]) => {
    expect(mistakes(scope, { packageName: 'a' })).toEqual([{ code: 'usage', message, hint }]);
  });

  test('to ask for the root package where there is none', () => {
    expect(mistakes({ kind: 'root' }, { within: rootless })).toMatchObject([{ code: 'no-root-package' }]);
  });

  test('to be in no package and to name none', () => {
    expect(mistakes({ kind: 'current' }, { within: rootless, from: 'b' })).toMatchObject([{ code: 'unknown-package' }]);
    expect(mistakes({ kind: 'transitive' }, { within: rootless })).toMatchObject([{ code: 'unknown-package' }]);
  });

  test('to name a package that is not there, or one of two', async () => {
    expect(mistakes({ kind: 'transitive' }, { packageName: '@x/d' })).toMatchObject([{ code: 'unknown-package' }]);
    const twins = await workspaceOf({ one: { name: 'twin' }, two: { name: 'twin' } });
    expect(mistakes({ kind: 'current' }, { packageName: 'twin', within: twins })).toMatchObject([{ code: 'duplicate-package' }]);
  });
});

describe('a filter that matches nothing', () => {
  test('is left to warn of, while the others select', () => {
    const { directories, unmatched } = select(filters('aa', 'a', '!cc'));
    expect(directories).toEqual(['a']);
    expect(unmatched).toMatchObject([
      { code: 'unmatched-filter', message: "Filter 'aa' matches no package" },
      { code: 'unmatched-filter', message: "Filter '!cc' matches no package" },
    ]);
  });

  test('is an error where the run says so, also if others match', () => {
    expect(mistakes(strictFilters('nestd', 'a', './gone'))).toMatchObject([
      { code: 'unmatched-filter', hint: "Did you mean 'nested'?" },
      { code: 'unmatched-filter', message: "Filter './gone' matches no package" },
    ]);
    expect(select(strictFilters('a', '[main]', 'a[main]')).directories).toEqual(['a', 'b']);
  });
});
