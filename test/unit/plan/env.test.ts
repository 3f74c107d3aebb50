import { expect, test } from 'vitest';
import type { AbsolutePath, WorkspacePath } from '../../../src/base/path.ts';
import { makeEnvironment, nameMatcher, type EnvRequest } from '../../../src/plan/env.ts';
import type { StepCaching } from '../../../src/plan/planned.ts';

const files = { auto: true, include: [], exclude: [] };

function cached(env: readonly string[] = [], untrackedEnv: readonly string[] = []): StepCaching {
  return { kind: 'cached', enabled: undefined, env, untrackedEnv, input: files, output: files, network: 'allow', trace: 'full' };
}

function make(env: EnvRequest['env'], caching: StepCaching = cached()) {
  return makeEnvironment({ env, caching, root: '/w' as AbsolutePath, directory: 'a' as WorkspacePath, cwd: '/w/a/src' as AbsolutePath });
}

test('a cached step sees what says where things are, not the rest', () => {
  const passed = { HOME: '/h', TMPDIR: '/t', USER: 'me', REPRISE_CACHE_DIR: '/c', VSCODE_PID: '1' };
  const kept = {
    NODE_ENV: 'x',
    TERM: 'x',
    GITHUB_SHA: 'x',
    RUNNER_TEMP: 'x',
    NPM_TOKEN: 'x',
    npm_package_name: 'x',
    OLDPWD: 'x',
    _: 'x',
    SHLVL: '1',
  };
  expect(make({ ...passed, ...kept }).env).toEqual({
    ...passed,
    PATH: '/w/a/node_modules/.bin:/w/node_modules/.bin',
    PWD: '/w/a/src',
    REPRISE_RUN: '1',
    FORCE_COLOR: '1',
    GIT_OPTIONAL_LOCKS: '0',
  });
});

test('an uncached step sees everything', () => {
  const { env, declaredEnv, ambientEnv } = make(
    { NODE_ENV: 'x', PATH: '/bin', PWD: '/' },
    { kind: 'uncached', reason: 'scripts-not-cached' },
  );
  expect(env).toEqual({ NODE_ENV: 'x', PATH: '/w/a/node_modules/.bin:/w/node_modules/.bin:/bin', PWD: '/w/a/src', REPRISE_RUN: '1' });
  expect({ declaredEnv, ambientEnv }).toEqual({ declaredEnv: {}, ambientEnv: {} });
});

test('what env matches is passed and declared, what untrackedEnv matches is passed alone', () => {
  const { env, declaredEnv } = make(
    { VITE_A: '1', VITE_SECRET: '2', TERM: 'x', OTHER: 'y' },
    cached(['VITE_*', '!VITE_SECRET', 'GONE'], ['TERM']),
  );
  expect(declaredEnv).toEqual({ VITE_A: '1' });
  expect(env).toMatchObject({ VITE_A: '1', TERM: 'x' });
  expect(Object.keys(env)).not.toContain('VITE_SECRET');
  expect(Object.keys(env)).not.toContain('OTHER');
});

test('a name that both match is declared', () => {
  expect(make({ NODE_ENV: 'x' }, cached(['NODE_ENV'], ['*'])).declaredEnv).toEqual({ NODE_ENV: 'x' });
});

test('ambient names are passed and held, set or not', () => {
  const { env, ambientEnv } = make({ CI: 'true', LC_ALL: 'C', NEXT_PUBLIC_X: 'y' });
  expect(env).toMatchObject({ CI: 'true', LC_ALL: 'C', NEXT_PUBLIC_X: 'y' });
  expect(ambientEnv).toMatchObject({ CI: 'true', LC_ALL: 'C', NEXT_PUBLIC_X: 'y', TZ: undefined, NODE_OPTIONS: undefined });
  expect(Object.keys(ambientEnv)).toContain('TZ');
});

test('an ambient name that the task lists is ambient no more', () => {
  const { env, declaredEnv, ambientEnv } = make({ CI: 'true', TZ: 'UTC' }, cached(['CI'], ['TZ']));
  expect(declaredEnv).toEqual({ CI: 'true' });
  expect(env).toMatchObject({ CI: 'true', TZ: 'UTC' });
  expect(Object.keys(ambientEnv)).not.toContain('CI');
  expect(Object.keys(ambientEnv)).not.toContain('TZ');
});

test('colours are forced unless the task lists FORCE_COLOR', () => {
  expect(make({ FORCE_COLOR: '3' }).env['FORCE_COLOR']).toBe('1');
  expect(make({ FORCE_COLOR: '3' }, cached(['FORCE_COLOR'])).env['FORCE_COLOR']).toBe('3');
  expect(make({}, cached([], ['FORCE_*'])).env['FORCE_COLOR']).toBeUndefined();
});

test('the root package has one .bin directory', () => {
  const { env } = makeEnvironment({
    env: { PATH: '/bin' },
    caching: cached(),
    root: '/w' as AbsolutePath,
    directory: '' as WorkspacePath,
    cwd: '/w' as AbsolutePath,
  });
  expect(env['PATH']).toBe('/w/node_modules/.bin:/bin');
});

test.for([
  [['A_*'], 'A_', true],
  [['A_*'], 'XA_1', false],
  [['*_X_*'], 'A_X_B', true],
  [['!A_B', 'A_*'], 'A_B', false],
  [['!A'], 'B', false],
  [['A.B'], 'AxB', false],
  [[], '', false],
] as const)('of %j, %s: %s', ([patterns, name, expected]) => {
  expect(nameMatcher(patterns)(name)).toBe(expected);
});
