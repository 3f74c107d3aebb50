import { expect, test } from 'vitest';
import { readLiteralConfig, type ConfigModule } from '../../../src/workspace/literal-config.ts';

async function read(text: string, take: ConfigModule['take'] = 'all', file = 'reprise.config.ts'): Promise<unknown> {
  const found = await readLiteralConfig({ text, file, take });
  return typeof found === 'string' || 'code' in found ? found : found.value;
}

const define = "import { defineConfig } from 'reprise';\n";

test.each([
  ['export default { cache: true };', { cache: true }],
  [`${define}export default defineConfig({ tasks: { a: 'x' } });`, { tasks: { a: 'x' } }],
  [`${define}export default defineConfig(() => ({ tasks: { a: ['x', 'y'] } }));`, { tasks: { a: ['x', 'y'] } }],
  [`${define}export default defineConfig(async ({ mode }) => { console.log(mode); return { cache: false }; });`, { cache: false }],
  ["import { defineConfig as d } from 'vite';\nexport default d({ cache: true } satisfies object);", { cache: true }],
  ['export default ({ "a-b": `text`, n: -1, nothing: null, }) as const;', { 'a-b': 'text', n: -1, nothing: null }],
  ["const dir = '.cache';\nexport default { cacheDir: dir };", { cacheDir: '.cache' }],
  ['type A = { a: 1 };\nconst config: A = { a: 1 };\nexport default config;', { a: 1 }],
  ['/** text */\nmodule.exports = { cache: true };', { cache: true }],
  ['export default { cache: true };\nthrow new Error("not seen");', { cache: true }],
])('%s is read', async (text, value) => {
  expect(await read(text)).toEqual(value);
});

test.each([
  'export default { cache: process.env.CI === "1" };',
  'export default { ...base };',
  'export default { [key]: 1 };',
  'export default { get cache() { return true; } };',
  'export default { cache() {} };',
  'export default { a: `x${y}` };',
  'export default { a: [...list] };',
  'export default { a: [, 1] };',
  'export default { a: /x/ };',
  'export default { a: 1n };',
  'export default { a: undefined };',
  'export default { __proto__: null };',
  'export default make();',
  "const dir = 'a';\nexport default { tasks: (dir) => dir };",
  `const dir = 'a';\n${define}export default defineConfig(({ dir }) => ({ cacheDir: dir }));`,
  `const dir = 'a';\n${define}export default defineConfig(() => { const dir = 'b'; return { cacheDir: dir }; });`,
  'module.paths = { cache: true };\nexports.cache = false;',
  'export = { cache: true };',
  'export default [];',
  'export default base;',
  "import { defineConfig } from './ours';\nexport default defineConfig({ cache: true });",
  'const defineConfig = (config) => ({ ...config, cache: false });\nexport default defineConfig({ cache: true });',
  'const config = { cache: true };\nconfig.cache = false;\nexport default config;',
  'let dir = "a";\nexport default { cacheDir: dir };',
  `${define}export default defineConfig(({ mode }) => { if (mode) return {}; return { cache: true }; });`,
  'module.exports = { cache: true };\nmodule.exports.cache = false;',
  'if (x) module.exports = { cache: true };',
  'export { config as default };',
  'export default class {}',
  '',
])('%s must be run', async (text) => {
  expect(await read(text)).toBe('must-run');
});

const vite = "import { defineConfig } from 'vite';\nimport react from '@vitejs/plugin-react';\n";

test.each([
  [`${vite}export default defineConfig({ plugins: [react()], run: { cache: true } });`, { cache: true }],
  [`${vite}export default defineConfig({ ...shared, run: { tasks: { a: 'x' } } });`, { tasks: { a: 'x' } }],
  [`${vite}export default defineConfig(({ mode }) => ({ base: mode, run: { cache: true } }));`, { cache: true }],
  [`${vite}export default defineConfig({ plugins: [react()] });`, 'absent'],
  [`${vite}export default { build: { outDir } };`, 'absent'],
  [`${vite}export default defineConfig({ run: { cache: true }, ...shared });`, 'must-run'],
  [`${vite}export default defineConfig({ ...shared });`, 'must-run'],
  [`${vite}export default defineConfig({ run: makeRun() });`, 'must-run'],
  [`${vite}export default mergeConfig(base, { run: {} });`, 'must-run'],
])('of a vite.config, %s gives its run', async (text, expected) => {
  expect(await read(text, 'run', 'vite.config.ts')).toEqual(expected);
});

test('every value and every key has its place', async () => {
  const text = `${vite}export default defineConfig({\n  run: { tasks: { build: { command: 'x', input: ['a', 'b'] } } },\n});`;
  const found = await readLiteralConfig({ text, file: 'vite.config.ts', take: 'run' });
  if (typeof found === 'string' || 'code' in found) throw new Error('not read');
  expect(found.placeOf(['tasks', 'build', 'input', 1])).toEqual({ file: 'vite.config.ts', line: 4, column: 55 });
  expect(found.placeOf(['tasks', 'build'], 'key')).toEqual({ file: 'vite.config.ts', line: 4, column: 19 });
});

test('a text that is no module is a mistake with its place', async () => {
  expect(await read('export default {\n  cache: true,,\n};')).toMatchObject({
    code: 'invalid-config',
    at: { file: 'reprise.config.ts', line: 2, column: 15 },
  });
});
