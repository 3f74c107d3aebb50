import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { readSourceFiles, scan } from '../architecture/source-file.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const manifest = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as { dependencies: Record<string, string> };

const chunks = readdirSync(`${root}dist`).filter((name) => name.endsWith('.mjs'));

const noted = [...read('THIRD-PARTY-NOTICES.txt').matchAll(/^(\S+) \d+\.\d+\.\S+$/gm)].map(([, name = '']) => name);
/** Makes the schemas at the time of the build. */
const buildTime = '@valibot/to-json-schema';

/** What a chunk imports, and what its CommonJS parts require. */
function loadedBy(chunk: string): string[] {
  const text = read(chunk);
  // Whatever the minifier has called `require`: a call with the name of a file or package that is not in the bundle.
  const named = [...text.matchAll(/\b\w+\(`([\w@][^`]*)`\)/g)].map(([, name = '']) => name);
  const asked = named.filter((name) => isInstalled(name) && !noted.includes(name));
  return [...scan(`dist/${chunk}`, text).imports.map(({ target }) => target), ...asked];
}

function isInstalled(name: string): boolean {
  return existsSync(`${root}node_modules/${packageOf(name)}/package.json`);
}

/** Of a path inside of it. */
function packageOf(name: string): string {
  return /^(?:@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? name;
}

function read(file: string): string {
  return readFileSync(`${root}dist/${file}`, 'utf8');
}

test('what a chunk imports is of Node, of the bundle, or a dependency', () => {
  const packages = chunks.flatMap(loadedBy).filter((name) => !isBuiltin(name) && !chunks.includes(name.replace('dist/', '')));
  expect([...new Set(packages.map(packageOf))].sort()).toEqual(Object.keys(manifest.dependencies).sort());
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

test('the notices have every package of which our sources import something bundled, and what those import in turn', () => {
  const imported = readSourceFiles().flatMap(({ imports }) => imports.filter(({ isType }) => !isType).map(({ target }) => target));
  const packages = imported.filter((name) => !isBuiltin(name) && isInstalled(name)).map(packageOf);
  const bundled = packages.filter((name) => !(name in manifest.dependencies) && name !== buildTime);
  expect(bundled.filter((name) => !noted.includes(name))).toEqual([]);
  expect(noted).toEqual(expect.arrayContaining(['react', 'react-reconciler', 'abstract-level', 'comlink']));
});
