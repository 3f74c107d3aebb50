import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const FILES = 300;
const FILES_A_DIRECTORY = 15;

/** What each kind of project is made of, by the name of its directory. The same bytes on every machine. */
export const projects = {
  'tsc-6': () => typescriptProject(),
  'tsc-7': () => typescriptProject(),
  vite: () => ({
    'index.html': '<!doctype html><script type="module" src="/src/index.js"></script>\n',
    'vite.config.js': 'export default { logLevel: "error" };\n',
    ...modules('js'),
  }),
  esbuild: () => modules('ts'),
  webpack: () => ({
    ...modules('ts'),
    'tsconfig.json': compilerOptions({ module: 'ESNext', moduleResolution: 'bundler' }),
    'webpack.config.cjs': `module.exports = {
  mode: 'production',
  entry: './src/index.ts',
  stats: 'errors-only',
  resolve: { extensions: ['.ts', '.js'], extensionAlias: { '.js': ['.ts', '.js'] } },
  module: { rules: [{ test: /\\.ts$/, loader: 'ts-loader', options: { transpileOnly: true } }] },
};
`,
  }),
  vitest: () => ({
    ...modules('ts'),
    ...tests(),
    'vitest.config.js': 'export default { test: { reporters: ["dot"] }, cacheDir: ".cache" };\n',
  }),
  eslint: () => ({
    ...modules('js'),
    'eslint.config.js': 'export default [{ files: ["src/**/*.js"], rules: { "no-unused-vars": "error", eqeqeq: "error" } }];\n',
  }),
  make: () => cProject(),
  files: () => modules('ts'),
  git: () => modules('ts'),
};

/** Writes a project into a new directory. */
export function writeProject(name, directory) {
  for (const [path, text] of Object.entries(projects[name]())) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
  if (name === 'git') commitAll(directory);
}

/** Each file imports the two whose numbers are the double of its own, so that all hang together. */
function modules(extension) {
  const files = Array.from({ length: FILES }, (_, index) => [pathOf(index, extension), textOf(index, extension)]);
  return {
    ...Object.fromEntries(files),
    [`src/index.${extension}`]: `import { value0 } from './part0/file0.js';\nconsole.log(value0(1));\n`,
  };
}

function pathOf(index, extension) {
  return `src/part${Math.floor(index / FILES_A_DIRECTORY)}/file${index}.${extension}`;
}

function textOf(index, extension) {
  const others = [2 * index + 1, 2 * index + 2].filter((other) => other < FILES);
  const [type, result] = extension === 'ts' ? [': number', ': number'] : ['', ''];
  return [
    ...others.map((other) => `import { value${other} } from '../${pathOf(other, 'js').slice('src/'.length)}';`),
    ...(extension === 'ts' ? [`export interface Shape${index} { readonly name: string; readonly size: number }`] : []),
    `export function value${index}(seed${type})${result} {`,
    `  const sizes = [${index}, ${index * 7}, seed].map((size) => size * 2);`,
    `  return sizes.reduce((sum, size) => sum + size, 0)${others.map((other) => ` + value${other}(seed)`).join('')};`,
    '}',
    '',
  ].join('\n');
}

function typescriptProject() {
  return { ...modules('ts'), 'tsconfig.json': compilerOptions({ module: 'NodeNext', rootDir: 'src', outDir: 'dist', declaration: true }) };
}

function compilerOptions(options) {
  return JSON.stringify({
    compilerOptions: { target: 'ES2022', lib: ['ES2022', 'DOM'], strict: true, types: [], ...options },
    include: ['src'],
  });
}

function tests() {
  return Object.fromEntries(
    Array.from({ length: 8 }, (_, index) => [
      `test/part${index}.test.ts`,
      `import { expect, test } from 'vitest';
import { value${100 + index} } from '../${pathOf(100 + index, 'js')}';
test('part ${index}', () => expect(value${100 + index}(1)).toBeGreaterThan(0));
`,
    ]),
  );
}

function cProject() {
  const units = Array.from({ length: 20 }, (_, index) => index);
  return {
    Makefile: `OBJECTS = ${units.map((unit) => `unit${unit}.o`).join(' ')}
program: $(OBJECTS)
\tgcc -o $@ $(OBJECTS)
%.o: %.c units.h
\tgcc -O1 -c -o $@ $<
`,
    'units.h': `#include <stdio.h>\n${units.map((unit) => `int unit${unit}(int);\n`).join('')}`,
    ...Object.fromEntries(
      units.map((unit) => [
        `unit${unit}.c`,
        unit === 0
          ? `#include "units.h"\nint main(void) { return printf("%d\\n", ${units
              .slice(1)
              .map((other) => `unit${other}(1)`)
              .join(' + ')}) < 0; }\n`
          : `#include "units.h"\nint unit${unit}(int seed) { return seed * ${unit}; }\n`,
      ]),
    ),
  };
}

function commitAll(directory) {
  const git = (...args) =>
    execFileSync('git', ['-c', 'user.name=Tools', '-c', 'user.email=tools@reprise.invalid', ...args], { cwd: directory });
  git('init', '--quiet');
  git('add', '--all');
  git('-c', 'commit.gpgsign=false', 'commit', '--quiet', '--message', 'All');
}
