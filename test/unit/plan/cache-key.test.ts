import { expect, test } from 'vitest';
import type { AbsolutePath, WorkspacePath } from '../../../src/base/path.ts';
import { makeTaskId } from '../../../src/graph/task.ts';
import { cacheKeyParts } from '../../../src/plan/cache-key.ts';
import type { ReadyStep, StepCaching, StepOwner } from '../../../src/plan/planned.ts';

const caching: StepCaching = {
  kind: 'cached',
  enabled: undefined,
  env: ['B', 'A'],
  untrackedEnv: ['Z', 'Y'],
  input: { auto: false, include: ['b', 'a'], exclude: [] },
  output: { auto: true, include: [], exclude: ['c'] },
  network: 'allow',
  trace: 'full',
};

function ready(over: Partial<ReadyStep> = {}, stepCaching: StepCaching = caching): ReadyStep {
  const task = makeTaskId('a' as WorkspacePath, 't');
  return {
    step: {
      task,
      label: 'a#t',
      index: 0,
      owner: '' as StepOwner,
      command: { kind: 'program', words: [] },
      shown: 'tsc',
      cwd: 'a' as WorkspacePath,
      envPrefix: [],
      caching: stepCaching,
    },
    program: '/w/node_modules/.bin/tsc' as AbsolutePath,
    programName: 'node_modules/.bin/tsc',
    argv0: 'tsc',
    args: ['-b'],
    cwd: '/w/a' as AbsolutePath,
    env: { HOME: '/h' },
    envPrefix: { P: 'secret' },
    declaredEnv: { B: 'secret', A: 'other' },
    ambientEnv: { CI: 'true' },
    servedEnv: {},
    ...over,
  };
}

test('the parts of a key have names, and no value of the environment in clear', () => {
  expect(cacheKeyParts(ready(), (value) => `#${value.length}`)).toEqual({
    formatVersion: 1,
    platform: process.platform,
    architecture: process.arch,
    cwd: 'a',
    program: 'node_modules/.bin/tsc',
    args: ['-b'],
    envPrefix: { P: '#6' },
    env: { A: '#5', B: '#6' },
    untrackedEnv: ['Y', 'Z'],
    input: { auto: false, include: ['a', 'b'], exclude: [] },
    output: { auto: true, include: [], exclude: ['c'] },
  });
});

test('where the workspace stands and what is ambient are no parts of it', () => {
  const elsewhere = ready({
    cwd: '/elsewhere/a' as AbsolutePath,
    program: '/elsewhere/tsc' as AbsolutePath,
    env: { HOME: '/x' },
    ambientEnv: {},
  });
  expect(cacheKeyParts(elsewhere, String)).toEqual(cacheKeyParts(ready(), String));
});

test('a step that is not cached has no key', () => {
  expect(() => cacheKeyParts(ready({}, { kind: 'uncached', reason: 'builtin' }), String)).toThrow('no key for a#t');
});
