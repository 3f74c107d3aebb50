import { describe, expect, test } from 'vitest';
import { fileURLToPath } from 'node:url';
import { writeFileSync } from 'node:fs';
import { accessedDirectory, accesses, accessingGoProgram, accessingScript } from '../harness/accesses.ts';
import { directoryWith } from '../harness/files.ts';
import { executed, seen, traced } from '../harness/traced.ts';
import { installed } from './installed.ts';

const ours = (file: string) => fileURLToPath(new URL(`../../node_modules/${file}`, import.meta.url));

describe('every kind of access is seen', () => {
  test.for([
    ['a program in Go', () => [accessingGoProgram(false)]],
    ['a program in Go with parts in C', () => [accessingGoProgram(true)]],
    ['Node', () => [{ path: process.execPath }, { path: 'accesses.mjs' }]],
    ['Bun', () => [installed('bun@1.4.5', '@oven/bun-linux-x64/bin/bun'), { path: 'accesses.mjs' }]],
  ] as const)('of %s', async ([, make], { skip }) => {
    const line: string[] = [];
    for (const part of make()) {
      if ('why' in part) return skip(part.why);
      line.push(part.path);
    }
    const root = accessedDirectory();
    writeFileSync(`${root}/accesses.mjs`, accessingScript);
    const { trace } = await traced(line, { root });
    expect(seen(trace, root)).toEqual(expect.arrayContaining([...accesses]));
    expect(executed(trace)).toContain(`${root}/script`);
    expect(trace.incomplete).toBeUndefined();
  });
});

describe('a bundle', () => {
  const files = {
    'entry.js': `import './a'; import { x } from 'dependency'; console.log(x)`,
    'a.ts': 'export {}',
    'node_modules/dependency/package.json': '{"name":"dependency","main":"./main.js"}',
    'node_modules/dependency/main.js': 'export const x = 1',
    'tsconfig.json': '{}',
  };
  const expected = ['read entry.js', 'read a.ts', 'read node_modules/dependency/package.json', 'read node_modules/dependency/main.js'];

  test('by the binary of esbuild', async ({ skip }) => {
    const esbuild = installed('esbuild@0.28.2', '@esbuild/linux-x64/bin/esbuild');
    if ('why' in esbuild) return skip(esbuild.why);
    const root = directoryWith(files);
    const { trace, exitCode } = await traced([esbuild.path, 'entry.js', '--bundle', '--outfile=out.js'], { root });
    expect(exitCode).toBe(0);
    expect(seen(trace, root)).toEqual(expect.arrayContaining([...expected, 'list .', 'write out.js (absent)']));
  });

  test('by rolldown, whose probes are no calls of a library', async () => {
    const root = directoryWith({
      ...files,
      'build.mjs': `import { build } from '${ours('rolldown/dist/index.mjs')}'; await build({ input: 'entry.js', output: { file: 'out.js' } })`,
    });
    const { trace, exitCode } = await traced([process.execPath, 'build.mjs'], { root });
    expect(exitCode).toBe(0);
    expect(seen(trace, root)).toEqual(expect.arrayContaining([...expected, 'write out.js (absent)']));
    expect(seen(trace, root)).toEqual(expect.arrayContaining([expect.stringMatching(/^stat a(\.m?jsx?)? \(absent/)]));
  });
});

test('the compiler of TypeScript 7, a native program', async () => {
  const root = directoryWith({
    'tsconfig.json': '{"compilerOptions":{"outDir":"out","rootDir":"src","types":[]},"files":["src/a.ts"]}',
    'src/a.ts': `import { b } from './b'; export const a: number = b`,
    'src/b.ts': 'export const b = 1',
  });
  const { trace, exitCode } = await traced([process.execPath, ours('typescript/bin/tsc'), '-p', '.'], { root });
  expect(exitCode).toBe(0);
  const lines = seen(trace, root);
  expect(lines).toEqual(expect.arrayContaining(['read tsconfig.json', 'read src/a.ts', 'read src/b.ts', 'write out/a.js (absent)']));
  expect(executed(trace).some((program) => /typescript.*\/lib\/tsc$/.test(program))).toBe(true);
});
