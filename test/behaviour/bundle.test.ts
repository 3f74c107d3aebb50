import { readdirSync, readFileSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { scan } from '../architecture/source-file.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const manifest = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as { dependencies: Record<string, string> };

const chunks = readdirSync(`${root}dist`).filter((name) => name.endsWith('.mjs'));

/** What a chunk imports, and what its CommonJS parts require. */
function loadedBy(chunk: string): string[] {
  const text = read(chunk);
  const required = [...text.matchAll(/\b(?:__)?require\("([^"]+)"\)/g)].map(([, name = '']) => name);
  return [...scan(`dist/${chunk}`, text).imports.map(({ target }) => target), ...required];
}

function read(file: string): string {
  return readFileSync(`${root}dist/${file}`, 'utf8');
}

test('what a chunk imports is of Node, of the bundle, or a dependency', () => {
  const packages = chunks.flatMap(loadedBy).filter((name) => !isBuiltin(name) && !chunks.includes(name.replace('dist/', '')));
  expect([...new Set(packages)].sort()).toEqual(Object.keys(manifest.dependencies).sort());
});

test.each(['node-client.cjs', 'tool-relay.cjs'])('%s, which tools load, needs nothing but Node', (name) => {
  const required = [...read(name).matchAll(/\brequire\("([^"]+)"\)/g)].map(([, module = '']) => module);
  expect(required).not.toEqual([]);
  expect(required.filter((module) => !isBuiltin(module))).toEqual([]);
});

test('CommonJS can require the API', () => {
  const api: unknown = createRequire(import.meta.url)(`${root}dist/index.mjs`);
  expect(api).toMatchObject({ defineConfig: expect.any(Function) as unknown });
});

test('the notices have every package that is in the bundle', () => {
  const bundled = chunks.flatMap((chunk) => [...read(chunk).matchAll(/^\/\/ (?:.*\/)?node_modules\/((?:@[^/]+\/)?[^/]+)/gm)]);
  const noted = [...read('THIRD-PARTY-NOTICES.txt').matchAll(/^(\S+) \d+\.\d+\.\S+$/gm)];
  expect(bundled).not.toEqual([]);
  expect(namesIn(bundled)).toEqual(namesIn(noted));
});

function namesIn(matches: readonly RegExpExecArray[]): string[] {
  return [...new Set(matches.map(([, name = '']) => name))].sort();
}
