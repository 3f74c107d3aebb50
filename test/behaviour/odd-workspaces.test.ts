import { chmodSync, mkdirSync, symlinkSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createRig, type FileContent, type Rig } from '../harness/rig.ts';

/** A task that leaves a file behind if it runs. */
const traced = { name: 'app', scripts: { build: 'touch ran' } };

const withRoot = (files: Readonly<Record<string, FileContent>>) => ({
  'package.json': { ...traced, workspaces: ['packages/*'] },
  ...files,
});

interface Oddity {
  readonly files: Readonly<Record<string, FileContent>>;
  readonly prepare?: (rig: Rig) => void;
  readonly isUnprivileged?: boolean;
  readonly note: string;
  readonly ran: readonly string[];
}

const oddities: Record<string, Oddity> = {
  'a glob that matches nothing': {
    files: { 'package.json': { ...traced, workspaces: ['packages/*', 'apps/*'] }, 'packages/a/package.json': traced },
    note: "workspace glob 'apps/*' matches no package",
    ran: ['packages/a/ran', 'ran'],
  },
  'a glob that leads out of the workspace': {
    files: {
      'package.json': { ...traced, workspaces: ['../home', 'packages/**'] },
      '../home/package.json': traced,
      'packages/a/package.json': traced,
    },
    note: "workspace glob '../home' leads out of the workspace",
    ran: ['packages/a/ran', 'ran'],
  },
  'a script that is no text': {
    files: { 'package.json': { scripts: { build: 'touch ran', lint: ['x'], '//': ['a comment'] } } },
    note: "'scripts.lint' of package.json is no text",
    ran: ['ran'],
  },
  'a package directory that may not be read': {
    files: withRoot({ 'packages/a/package.json': traced, 'packages/b/package.json': traced }),
    prepare: (rig) => {
      rig.handOver();
      chmodSync(rig.path('packages/b'), 0);
    },
    isUnprivileged: true,
    note: "packages in 'packages/b' are left out: permission denied",
    ran: ['packages/a/ran', 'ran'],
  },
  'a package directory whose name is not UTF-8': {
    files: withRoot({ 'packages/a/package.json': traced, 'packages/caf\udce9/package.json': traced }),
    note: "package 'packages/caf\\xe9' is left out: its name is not UTF-8",
    ran: ['packages/a/ran', 'ran'],
  },
};

test.for(Object.entries(oddities))('%s is noted, and the rest runs', async ([, { files, prepare, isUnprivileged = false, note, ran }]) => {
  const rig = await createRig();
  await rig.write(files);
  prepare?.(rig);
  const { stderr, exitCode } = await rig.run(['run', '-r', 'build'], { isUnprivileged });
  expect(stderr).toContain(`note: ${note}`);
  expect(stderr.match(/note: /g)).toHaveLength(1);
  expect(exitCode).toBe(0);
  expect(filesCalled('ran', rig)).toEqual(ran);
});

test('links make no packages of what is one already, nor an endless walk', async () => {
  const rig = await createRig();
  await rig.write({ 'package.json': { workspaces: ['packages/**', 'packages/a', '!packages/no'] } });
  await rig.write({
    'packages/a/package.json': traced,
    'packages/no/package.json': traced,
    'elsewhere/b/package.json': { ...traced, name: 'b' },
  });
  symlinkSync('..', rig.path('packages/a/up'));
  symlinkSync('a', rig.path('packages/same'));
  symlinkSync('nowhere', rig.path('packages/dangling'));
  symlinkSync('itself', rig.path('packages/itself'));
  symlinkSync('../elsewhere/b', rig.path('packages/b'));
  const { stderr, record } = await rig.run(['run', '-r', 'build']);
  expect(stderr).toBe('');
  expect(record?.tasks.map(({ label }) => label)).toEqual(['app#build', 'b#build']);
});

test('names are what they are: blanks, line ends, leading dashes, hundreds of letters', async () => {
  const long = 'x'.repeat(200);
  const rig = await createRig();
  const names = ['a b', '-d', 'n\nl', '名前', long];
  await rig.write({ 'package.json': { workspaces: ['packages/*'] }, ...Object.fromEntries(names.map(packageNamed)) });
  for (const name of names) {
    const { exitCode, stderr } = await rig.run(['run', '--cache', '--', `${name}#${name}`]);
    expect([exitCode, stderr]).toEqual([0, '']);
  }
  expect(filesCalled('y z', rig)).toHaveLength(names.length);
  expect(filesCalled('-x', rig)).toHaveLength(names.length);
});

test.for(['', '   ', '# nothing', '\n\n'])('a script of %j does nothing and succeeds', async (script) => {
  const rig = await createRig();
  await rig.write({ 'package.json': { scripts: { build: script, after: 'touch ran', prebuild: '' } } });
  const { exitCode, stderr } = await rig.run(['run', '--cache', 'build']);
  expect([exitCode, stderr]).toEqual([0, '']);
});

test('files whose names are not UTF-8 are inputs, outputs and words of globs', async () => {
  const rig = await createRig();
  const tasks = { copy: 'cp -r src out', cat: 'cat src/* a?.txt' };
  await rig.write({ 'package.json': {}, 'reprise.config.json': { tasks }, 'src/\udcff': 'one', 'a\udce9.txt': 'two' });
  const first = await rig.run(['run', 'cat']);
  expect(first.stdout).toContain('onetwo');
  await rig.run(['run', 'copy']);
  await rig.remove('out');
  expect((await rig.run(['run', 'copy'])).stdout).toContain('cache hit');
  expect(rig.tree('out')).toEqual({ '\udcff': 'one' });
  await rig.write({ 'a\udce9.txt': 'three' });
  expect((await rig.run(['run', 'cat'])).stdout).toContain('onethree');
});

test('a package.json with a byte order mark is read', async () => {
  const rig = await createRig();
  await rig.write({ 'package.json': `\uFEFF${JSON.stringify(traced)}` });
  expect((await rig.run(['run', 'build'])).exitCode).toBe(0);
  expect(filesCalled('ran', rig)).toEqual(['ran']);
});

test('a directory of somebody else above the package is no concern of ours', async () => {
  const rig = await createRig();
  await rig.write({ 'shut/package.json': '{', 'shut/app/package.json': traced });
  rig.handOver();
  chmodSync(rig.path('shut/package.json'), 0);
  mkdirSync(rig.path('shut/app/node_modules'), { recursive: true, mode: 0o777 });
  const { exitCode, stderr } = await rig.run(['run', 'build'], { cwd: 'shut/app', isUnprivileged: true });
  expect([exitCode, stderr]).toEqual([0, '']);
});

/** With a task of the same name, which leaves two oddly named files behind. */
function packageNamed(name: string): [path: string, manifest: object] {
  return [`packages/${name}/package.json`, { name, scripts: { [name]: 'touch -- -x "$PWD/y z"' } }];
}

function filesCalled(name: string, rig: Rig): string[] {
  return Object.keys(rig.tree())
    .filter((path) => path === name || path.endsWith(`/${name}`))
    .sort();
}
