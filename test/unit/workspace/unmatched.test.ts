import { expect, test } from 'vitest';
import type { WorkspacePath } from '../../../src/base/path.ts';
import { describeUnmatched } from '../../../src/workspace/unmatched.ts';
import { workspaceOf } from '../../harness/filter-cases.ts';

const workspace = await workspaceOf({
  'apps/web': { name: 'website' },
  'packages/button': { name: '@x/button' },
  'packages/ui': { name: '@x/ui' },
  'packages/ui-y': { name: '@y/ui' },
  'packages/nameless': {},
});

test.for([
  ['websit', '', "Did you mean 'website'?"],
  ['@x/buton', '', "Did you mean '@x/button'?"],
  ['...buton^...', '', "Did you mean '@x/button'?"],
  ['ui', '', "Write '@x/ui' or '@y/ui'"],
  ['packages/nameless', '', "A directory is written './packages/nameless'"],
  ['packages', '', "The packages below a directory are './packages/**'"],
  ['!button', 'packages', "A directory is written './button'"],
  ['./packages', '', "The packages below it are './packages/**'"],
  ['{packages}...', '', "The packages below it are './packages/**'"],
  ['./packages/buton', '', "Did you mean './packages/button' or './packages/ui' or './packages/ui-y'?"],
  ['website{buton}', 'packages', "Did you mean './button'?"],
  ['./buton', 'packages', "Did you mean './button'?"],
  ['{../apps/wep}', 'packages', "Did you mean '../apps/web'?"],
  ['zzzzzzzz', '', undefined],
  ['./zz/**', '', undefined],
] as const)('a filter %s that matches nothing, from %j: %s', ([pattern, from, hint]) => {
  expect(describeUnmatched(pattern, workspace, from as WorkspacePath)).toEqual({
    code: 'unmatched-filter',
    message: `Filter '${pattern}' matches no package`,
    ...(hint !== undefined && { hint }),
  });
});
