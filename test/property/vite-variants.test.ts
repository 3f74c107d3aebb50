import { expect, test } from 'vitest';
import { built, createViteApp } from '../harness/vite-app.ts';

test('a changed `outDir` is a miss that builds there; the old directory is nobody’s to remove but of who made it', async () => {
  const { rig, run } = await createViteApp(buildingInto('dist'));
  await run();
  await rig.write(buildingInto('dist/deep'));
  expect(await run()).toMatchObject({ outcome: 'executed', miss: { code: 'input-changed', path: 'vite.config.js' }, notStored: undefined });
  expect((await run()).outcome).toBe('restored');
  expect(built(rig, 'dist/deep')).toContain('mode');
  await rig.write(buildingInto('dist'));
  expect((await run()).outcome).toBe('restored');
});

test('a changed `envPrefix` tracks the variables of the new prefix, and those of the old no more', async () => {
  const { rig, run } = await createViteApp();
  await run();
  await rig.write({ 'vite.config.js': "export default { envPrefix: 'APP_' }\n" });
  expect((await run('build', { env: { APP_TITLE: 'first' } })).outcome).toBe('executed');
  expect(built(rig)).toContain('first');
  expect((await run('build', { env: { APP_TITLE: 'second' } })).miss).toMatchObject({ code: 'env-changed', name: 'APP_TITLE' });
  expect((await run('build', { env: { APP_TITLE: 'first', VITE_TITLE: 'x' } })).outcome).toBe('restored');
});

test('an env file that appears, changes and goes is a miss', async () => {
  const { rig, run } = await createViteApp();
  await run();
  await rig.write({ '.env': 'VITE_TITLE=filed\n' });
  expect((await run()).miss).toMatchObject({ code: 'input-changed', path: '.env', change: 'added' });
  expect(built(rig)).toContain('filed');
  await rig.write({ '.env': 'VITE_TITLE=other\n' });
  expect((await run()).miss).toMatchObject({ code: 'input-changed', path: '.env', change: 'modified' });
  await rig.remove('.env');
  expect((await run()).outcome).toBe('restored');
});

test('the tool caches are neither inputs nor outputs', async () => {
  const { rig, run } = await createViteApp({ 'vite.config.ts': 'export default {}\n' });
  await run();
  await rig.write({ 'node_modules/.vite/deps/x.js': '1', 'node_modules/.vite-temp/y.mjs': '2' });
  expect((await run()).outcome).toBe('restored');
  await rig.remove('node_modules/.vite', 'node_modules/.vite-temp');
  expect(await run()).toMatchObject({ outcome: 'restored', written: 0 });
});

test('an SSR build hits like any other', async () => {
  const { rig, run } = await createViteApp(
    { 'src/server.js': 'export const render = () => "rendered"\n' },
    { build: 'vite build && vite build --ssr src/server.js --outDir dist/server' },
  );
  expect(await run()).toMatchObject({ outcome: 'executed', notStored: undefined });
  await rig.remove('dist');
  expect((await run()).steps.map(({ outcome }) => outcome)).toEqual(['restored', 'restored']);
  expect(built(rig, 'dist/server')).toContain('rendered');
  await rig.write({ 'src/server.js': 'export const render = () => "again"\n' });
  expect((await run()).steps.map(({ outcome }) => outcome)).toEqual(['restored', 'executed']);
  expect((await run()).steps.map(({ outcome }) => outcome)).toEqual(['restored', 'restored']);
});

test('an app of several pages hits, and misses when one of them changes', async () => {
  const { rig, run } = await createViteApp({
    'about.html': '<!doctype html><title>About</title>\n',
    'vite.config.js': "export default { build: { rolldownOptions: { input: ['index.html', 'about.html'] } } }\n",
  });
  await run();
  expect((await run()).outcome).toBe('restored');
  await rig.write({ 'about.html': '<!doctype html><title>About us</title>\n' });
  expect((await run()).miss).toMatchObject({ code: 'input-changed', path: 'about.html' });
  expect(built(rig)).toContain('About us');
});

test('a first build over a `dist` of somebody else hits from the second one on', async () => {
  const { rig, run } = await createViteApp({ 'dist/foreign.txt': 'not ours' });
  await run();
  await run();
  expect((await run()).outcome).toBe('restored');
  expect(Object.keys(rig.tree('dist'))).not.toContain('foreign.txt');
});

test('vitest and tsc are as they are', async () => {
  const { rig, run } = await createViteApp(
    {
      'sum.test.js': "import { expect, test } from 'vitest';\ntest('sums', () => expect(1 + 1).toBe(2));\n",
      'lib/tsconfig.json': { compilerOptions: { composite: true, outDir: '../built', rootDir: '.' }, include: ['*.ts'] },
      'lib/index.ts': 'export const one: number = 1;\n',
    },
    { test: 'vitest run', types: 'tsc -b lib' },
  );
  for (const task of ['test', 'types']) {
    expect(await run(task)).toMatchObject({ outcome: 'executed', notStored: undefined });
    expect((await run(task)).outcome).toBe('restored');
  }
  await rig.remove('built');
  expect((await run('types')).outcome).toBe('restored');
  expect(built(rig, 'built')).toContain('one');
});

function buildingInto(outDir: string): { 'vite.config.js': string } {
  return { 'vite.config.js': `export default { build: { outDir: '${outDir}' } }\n` };
}
