import { expect, test } from 'vitest';
import { askedEnv, servedEnv } from '../../../src/cache/asked-env.ts';
import { differences, type Snapshot } from '../../../src/cache/differences.ts';
import type { AskedEnv } from '../../../src/cache/entry.ts';
import { absent } from '../../../src/cache/file-state.ts';
import { noReports, type Reports } from '../../../src/execute/ipc/reports.ts';
import type { ReadyStep } from '../../../src/plan/planned.ts';
import { noInputs, sampleStep } from './sample.ts';

const salt = Buffer.alloc(32, 1);

interface Settings {
  readonly untracked?: readonly string[];
  readonly declared?: Readonly<Record<string, string>>;
}

function served(env: Readonly<Record<string, string>>, { untracked = [], declared = {} }: Settings = {}) {
  const step = sampleStep();
  const caching = { ...step.caching, untrackedEnv: untracked };
  return servedEnv({ step: { ...step, caching }, servedEnv: env, declaredEnv: declared } as unknown as ReadyStep, salt);
}

function asked(env: Readonly<Record<string, string>>, reports: Partial<Reports>, settings: Settings = {}): AskedEnv {
  return askedEnv({ ...noReports, ...reports }, served(env, settings));
}

/** What is told of a lookup, by name and change. */
function changes(was: AskedEnv, env: Readonly<Record<string, string>>, settings: Settings = {}, ambient: Snapshot['ambient'] = {}) {
  const now: Snapshot = {
    state: () => absent,
    isLeftOver: () => false,
    names: () => undefined,
    holds: () => false,
    declared: undefined,
    program: () => undefined,
    ambient,
    given: () => null,
    served: served(env, settings),
    isDeclaredInput: () => false,
  };
  return [...differences({ ...noInputs, asked: was }, now)].map((reason) =>
    reason.code === 'env-changed' ? `${reason.name} ${reason.change}` : reason.code,
  );
}

test('a variable that was asked for may change, come and go, and come back', () => {
  const was = asked({ A: '1', B: '2' }, { trackedNames: ['A', 'B', 'C'] });
  expect(changes(was, { A: '1', B: '2' })).toEqual([]);
  expect(changes(was, { A: '1', B: '2', D: '4' })).toEqual([]);
  expect(changes(was, { A: '2', C: '' })).toEqual(['A modified', 'B removed', 'C added']);
});

test('no value is held in clear', () => {
  const was = asked({ TOKEN: 'secret' }, { trackedNames: ['TOKEN'], trackedPatterns: [{ prefix: 'TOK' }] });
  expect(JSON.stringify(was)).not.toContain('secret');
});

test('empty is not unset', () => {
  expect(changes(asked({ A: '' }, { trackedNames: ['A'] }), {})).toEqual(['A removed']);
});

test.for([{ prefix: 'VITE_' }, { glob: 'VITE_*' }])('of a set the values count, and which there are: %o', (pattern) => {
  const was = asked({ VITE_A: '1', VITE_B: '2', OTHER: '3' }, { trackedPatterns: [pattern] });
  expect(changes(was, { VITE_A: '1', VITE_B: '2', OTHER: 'x' })).toEqual([]);
  expect(changes(was, { VITE_A: '0', VITE_C: '3' })).toEqual(['VITE_A modified', 'VITE_B removed', 'VITE_C added']);
});

test('a set that was empty counts too', () => {
  const was = asked({}, { trackedPatterns: [{ prefix: 'VITE_' }] });
  expect(changes(was, {})).toEqual([]);
  expect(changes(was, { VITE_A: '1' })).toEqual(['VITE_A added']);
});

test('what counts for several reasons is told once', () => {
  const patterns = [{ prefix: 'A' }, { glob: '*' }];
  const was = asked({ A: '1' }, { trackedNames: ['A'], trackedPatterns: patterns });
  expect(changes(was, { A: '2' }, {}, { A: 'd' as never })).toEqual(['A added']);
});

test('what the task declares as untracked does not count, by name or in a set', () => {
  const settings = { untracked: ['SECRET_*', '!SECRET_KEPT'] };
  const was = asked(
    { SECRET_A: '1', SECRET_KEPT: '1' },
    { trackedNames: ['SECRET_A', 'SECRET_KEPT'], trackedPatterns: [{ prefix: 'SECRET' }] },
    settings,
  );
  expect(changes(was, { SECRET_A: '2', SECRET_KEPT: '1', SECRET_B: '1' }, settings)).toEqual([]);
  expect(changes(was, { SECRET_A: '1', SECRET_KEPT: '2' }, settings)).toEqual(['SECRET_KEPT modified']);
});

test('what is in the key already is left out, and only that', () => {
  const { names, sets } = asked(
    { A: '1', B: '2' },
    { trackedNames: ['A', 'B', 'UNSET'], trackedPatterns: [{ glob: '*' }] },
    { declared: { A: '1' } },
  );
  expect(names.map(({ name }) => name)).toEqual(['B', 'UNSET']);
  expect(sets.map(({ values }) => values.map(({ name }) => name))).toEqual([['B']]);
});

test('what a shell gives to each process anew never counts', () => {
  const env = {
    PWD: '/a',
    OLDPWD: '/b',
    SHLVL: '2',
    _: '/usr/bin/env',
    REPRISE_IPC: '/s',
    REPRISE_IPC_TOKEN: 't',
    VP_RUN_NODE_CLIENT_PATH: '/c',
  };
  expect(asked(env, { trackedNames: Object.keys(env), trackedPatterns: [{ prefix: '' }] })).toEqual({
    names: [],
    sets: [{ pattern: { prefix: '' }, values: [] }],
  });
});

test('names that mean something to JavaScript are names like others', () => {
  const env = Object.fromEntries([['__proto__', '1']]);
  const was = asked(env, { trackedNames: ['__proto__', 'constructor'] });
  expect(changes(was, env)).toEqual([]);
  expect(changes(was, Object.fromEntries([['constructor', 'x']]))).toEqual(['__proto__ removed', 'constructor added']);
});

test('equal questions make equal lists', () => {
  const one = asked({ A: '1' }, { trackedNames: ['B', 'A', 'B'], trackedPatterns: [{ glob: 'B*' }, { prefix: 'A' }, { glob: 'A*' }] });
  const other = asked(
    { A: '1' },
    { trackedNames: ['A', 'B'], trackedPatterns: [{ prefix: 'A' }, { glob: 'A*' }, { glob: 'B*' }, { glob: 'A*' }] },
  );
  expect(JSON.stringify(one)).toBe(JSON.stringify(other));
});
