import { describe, expect, test } from 'vitest';
import { loadHasher } from '../../../src/base/digest.ts';
import { cacheKey, keyDifferences } from '../../../src/cache/key.ts';
import type { CacheKeyParts } from '../../../src/plan/cache-key.ts';
import { path } from './sample.ts';

const parts: CacheKeyParts = {
  formatVersion: 1,
  platform: 'linux',
  architecture: 'x64',
  cwd: path('a'),
  program: 'tsc',
  args: ['-b'],
  envPrefix: { A: '1' },
  env: { B: '1', C: '1' },
  untrackedEnv: ['X'],
  input: { auto: true, include: [], exclude: [] },
  output: { auto: true, include: [], exclude: [] },
};
const selection = { auto: false, include: ['x'], exclude: [] };
const others: readonly (readonly [string, Partial<CacheKeyParts>])[] = [
  ['platform-changed', { platform: 'darwin' }],
  ['platform-changed', { architecture: 'arm64' }],
  ['program-changed', { program: 'node' }],
  ['args-changed', { args: ['-b', ''] }],
  ['working-directory-changed', { cwd: path('b') }],
  ['env-changed', { envPrefix: { A: '2' } }],
  ['env-changed', { env: { B: '2', C: '1' } }],
  ['untracked-env-changed', { untrackedEnv: [] }],
  ['input-config-changed', { input: selection }],
  ['output-config-changed', { output: selection }],
];

describe('a cache key', () => {
  test('is another when any part is another', async () => {
    const hasher = await loadHasher();
    const versions = [parts, { ...parts, formatVersion: 2 }, ...others.map(([, other]) => ({ ...parts, ...other }))];
    expect(new Set(versions.map((version) => cacheKey(version, hasher))).size).toBe(versions.length);
  });

  test.for(others)('that is another has the reason %s', ([code, other]) => {
    expect(keyDifferences(parts, { ...parts, ...other })).toMatchObject([{ code }]);
  });

  test('that is the same has no reason', () => {
    expect(keyDifferences(parts, structuredClone(parts))).toEqual([]);
  });

  test('names each variable that came, went or changed', () => {
    expect(keyDifferences(parts, { ...parts, env: { B: '2', D: '1' } })).toEqual([
      { code: 'env-changed', name: 'B', change: 'modified' },
      { code: 'env-changed', name: 'C', change: 'removed' },
      { code: 'env-changed', name: 'D', change: 'added' },
    ]);
  });
});
