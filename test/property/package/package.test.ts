import { spawnSync } from 'node:child_process';
import { chmodSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { InstalledPackage, nodeVersions } from './installed-package.ts';

let installed: InstalledPackage;
beforeAll(() => void (installed = new InstalledPackage()));
afterAll(() => installed.dispose());

const helper = `dist/native/trace-helper-linux-${process.arch}`;

const needed = [
  'dist/cli.mjs',
  'dist/client.d.ts',
  'dist/client.mjs',
  'dist/index.d.ts',
  'dist/node-client.cjs',
  'dist/THIRD-PARTY-NOTICES.txt',
  'dist/tool-relay.mjs',
];

describe('the tarball', () => {
  test.each([
    ['helper', (arch: string) => `dist/native/trace-helper-linux-${arch}`],
    ['socket of tools', (arch: string) => `dist/native/tool-socket-linux-${arch}.node`],
  ])('holds the %s of this machine, and of the other when there was a compiler for it', (_part, fileOf) => {
    const [foreign, compiler] = process.arch === 'x64' ? ['arm64', 'aarch64-linux-gnu-gcc'] : ['x64', 'x86_64-linux-gnu-gcc'];
    const hasCompiler = spawnSync(compiler, ['--version']).status === 0;
    expect(installed.files).toContain(fileOf(process.arch));
    expect(installed.files.includes(fileOf(foreign))).toBe(hasCompiler);
  });

  test('holds what was built and what is to be read, nothing else', () => {
    const known =
      /^(dist\/([\w.-]+\.mjs|[\w-]+\.schema\.json|(index|client)\.d\.ts|node-client\.cjs|THIRD-PARTY-NOTICES\.txt|native\/(trace-helper-linux-(x64|arm64)|tool-socket-linux-(x64|arm64)\.node))|package\.json|README\.md|LICENSE|CHANGELOG\.md)$/;
    expect(installed.files.filter((path) => !known.test(path))).toEqual([]);
    expect(installed.files).toEqual(expect.arrayContaining(needed));
  });
});

describe.each(nodeVersions)('installed without scripts, on Node %s', (version) => {
  beforeEach(() => {
    installed.remove('node_modules/.cache', 'packages');
    installed.write({
      'packages/a/package.json': JSON.stringify({ name: 'a', scripts: { build: 'sh build.sh' } }),
      'packages/a/build.sh': 'mkdir -p out && cp source.txt out/copy.txt\n',
      'packages/a/source.txt': 'one',
    });
  });

  test.each(['reprise', 'rp'])('%s traces, stores and hits', (program) => {
    const build = () => installed.run(version, program, 'run', '-v', '--cache', 'a#build');
    const cold = build();
    expect(cold).toMatchObject({ status: 0, stderr: '' });
    expect(cold.stdout).not.toContain('not available');
    expect(build().stdout).toContain('cache hit, replaying');
    // Nobody declared it.
    installed.write({ 'packages/a/source.txt': 'two' });
    expect(build().stdout).toContain("'packages/a/source.txt' modified");
  });

  test('traces with a helper that a package manager took the mode of, and leaves no copy behind', () => {
    const path = join(installed.project, 'node_modules/reprise', helper);
    chmodSync(path, 0o644);
    try {
      const { stdout } = installed.run(version, 'reprise', 'run', '-v', '--cache', 'a#build');
      expect(stdout).not.toContain('not available');
      expect(installed.run(version, 'reprise', 'run', '-v', '--cache', 'a#build').stdout).toContain('cache hit, replaying');
      expect(statSync(path).mode & 0o777).toBe(0o644);
      expect(readdirSync(join(installed.project, 'node_modules/.cache/reprise')).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    } finally {
      chmodSync(path, 0o755);
    }
  });

  test.each([
    ['import', `import { defineConfig } from 'reprise'; console.log(defineConfig({ cacheDir: 'x' }).cacheDir);`, 'module'],
    ['require', `const { defineConfig } = require('reprise'); console.log(defineConfig({ cacheDir: 'x' }).cacheDir);`, 'commonjs'],
  ])('the API can be had by %s', (_how, script, type) => {
    const { stdout, status } = installed.run(version, 'node', `--input-type=${type}`, '-e', script);
    expect({ stdout, status }).toEqual({ stdout: 'x\n', status: 0 });
  });
});

function config(tasks: string): string {
  return `import { defineConfig } from 'reprise';\nexport const config = defineConfig({ tasks: ${tasks} });\n`;
}

describe('the types', () => {
  const compiler = fileURLToPath(new URL('../../../node_modules/typescript/bin/tsc', import.meta.url));
  const check = (module: string, source: string) => {
    const [kind, resolution] = module.split('+') as [string, string];
    installed.write({ 'check.mts': source });
    const options = ['--noEmit', '--strict', '--skipLibCheck', 'false', '--module', kind, '--moduleResolution', resolution];
    return installed.run(
      '20.19.0',
      process.execPath,
      compiler,
      ...options,
      '--target',
      'es2022',
      '--lib',
      'es2023',
      '--types',
      '',
      'check.mts',
    );
  };

  test.each(['NodeNext+NodeNext', 'ESNext+Bundler', 'Preserve+Bundler'])('are sound in themselves and know the keys (%s)', (module) => {
    const good = config(`{ a: 'echo', b: { command: ['a', 'b'], dependsOn: ['a'], input: ['src/**', { auto: true }] } }`);
    expect(check(module, good)).toEqual({ stdout: '', stderr: '', status: 0 });
    expect(check(module, config(`{ a: { command: 'echo', dependson: [] } }`)).stdout).toContain('dependson');
    expect(check(module, config(`{ a: { command: 1 } }`)).stdout).toContain(`'number' is not assignable`);
  });
});
