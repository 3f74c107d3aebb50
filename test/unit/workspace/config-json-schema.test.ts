import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import * as v from 'valibot';
import { expect, expectTypeOf, test } from 'vitest';
import type { WorkspacePath } from '../../../src/base/path.ts';
import { configJsonSchema } from '../../../src/workspace/config-json-schema.ts';
import { configSchema, type UserConfig, type UserTask } from '../../../src/workspace/config-schema.ts';

const allowsAsSchema = new Ajv({ strict: false }).compile({ ...configJsonSchema() } as object);
const allowsAtRun = (config: unknown): boolean => v.is(configSchema('' as WorkspacePath), config);

const task = (members: object) => ({ tasks: { build: { command: 'x', ...members } } });

test.for<unknown>([
  {},
  { $schema: './node_modules/reprise/dist/config.schema.json' },
  { cache: true },
  { cache: { scripts: true, tasks: false }, cacheDir: '.cache', cacheMaxSize: '10 GB', enablePrePostScripts: false },
  { cacheMaxSize: 1000 },
  { tasks: { one: 'tsc', two: ['tsc', 'vite build'], three: { command: ['x'] } } },
  task({ cwd: 'src', dependsOn: ['a', 'b#c', { task: 'd', from: 'dependencies' }, { task: 'e', from: ['devDependencies'] }] }),
  task({ env: ['A_*', '!A_B'], untrackedEnv: ['C'], network: 'forbid', trace: 'full' }),
  task({ input: ['src/**', '!src/x', { auto: true }, { pattern: 'a', base: 'workspace' }], output: [] }),
  task({ cache: { env: ['A'], input: [], output: [{ auto: false }], network: 'allow' } }),
  task({ cache: false, trace: false }),
])('the JSON schema and the check at run time both take %j', (config) => {
  expect([allowsAsSchema(config), allowsAtRun(config)]).toEqual([true, true]);
});

test.for<unknown>([
  [],
  'x',
  { task: {} },
  { cache: 'yes' },
  { cache: { script: true } },
  { cacheDir: '' },
  { cacheMaxSize: true },
  { tasks: [] },
  { tasks: { 'a#b': 'x' } },
  { tasks: { a: 1 } },
  { tasks: { a: ['x', 1] } },
  { tasks: { a: {} } },
  task({ inputs: [] }),
  task({ dependsOn: 'a' }),
  task({ dependsOn: [{ task: 'a' }] }),
  task({ dependsOn: [{ task: 'a', from: 'bundledDependencies' }] }),
  task({ env: 'A' }),
  task({ network: 'deny' }),
  task({ trace: true }),
  task({ input: [{ pattern: 'a', base: 'root' }] }),
  task({ output: [1] }),
  task({ cache: { scripts: true } }),
])('the JSON schema and the check at run time both refuse %j', (config) => {
  expect([allowsAsSchema(config), allowsAtRun(config)]).toEqual([false, false]);
});

test('every key of the JSON schema says what it means, but for those whose name does', () => {
  const undescribed = keysWithoutDescription(configJsonSchema());
  expect([...new Set(undescribed)].sort()).toEqual(['base', 'pattern']);
});

test('the shipped schema is this one', () => {
  const shipped: unknown = JSON.parse(readFileSync(new URL('../../../dist/config.schema.json', import.meta.url), 'utf8'));
  expect(shipped).toEqual(JSON.parse(JSON.stringify(configJsonSchema())));
});

test('the types of a config have what the checks have', () => {
  expectTypeOf<UserConfig['cache']>().toEqualTypeOf<boolean | { scripts?: boolean; tasks?: boolean } | undefined>();
  expectTypeOf<UserConfig['tasks']>().toEqualTypeOf<Record<string, UserTask | string | string[]> | undefined>();
  expectTypeOf<UserTask['command']>().toEqualTypeOf<string | string[]>();
  expectTypeOf<UserTask['trace']>().toEqualTypeOf<false | 'full' | 'preload' | undefined>();
  expectTypeOf<keyof UserTask>().toEqualTypeOf<
    'command' | 'cwd' | 'dependsOn' | 'trace' | 'cache' | 'env' | 'untrackedEnv' | 'input' | 'output' | 'network'
  >();
});

function keysWithoutDescription(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const below = Object.values(schema).flatMap(keysWithoutDescription);
  const properties = Object.entries(('properties' in schema ? schema.properties : undefined) ?? {});
  return [...properties.filter(([, one]) => !('description' in (one as object))).map(([key]) => key), ...below];
}
