import { expect, test } from 'vitest';
import type { WorkspacePath } from '../../../src/base/path.ts';
import { locatedFile } from '../../../src/workspace/located-file.ts';
import { createRig } from '../../harness/rig.ts';

test.each([
  ['x.ts', 'packages/a/src/x.ts'],
  ['../../b/y.ts', 'packages/b/y.ts'],
  ['packages/b/y.ts', 'packages/b/y.ts'],
  ['nowhere.ts', undefined],
  ['../../../../home', undefined],
  ['/etc/passwd', undefined],
  ['packages/b', undefined],
])('%s is %s', async (path, expected) => {
  const rig = await createRig();
  await rig.write({ 'packages/a/src/x.ts': '', 'packages/b/y.ts': '' });
  const context = { root: rig.root, cwd: 'packages/a/src' as WorkspacePath };
  expect(locatedFile(path, { ...context, base: rig.root })).toBe(expected);
  expect(locatedFile(path, { ...context, base: rig.path('..') })).toBe(expected && `workspace/${expected}`);
  expect(locatedFile(path, { ...context, base: rig.home })).toBe(expected);
});
