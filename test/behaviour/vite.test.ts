import { expect, test } from 'vitest';
import { built, createViteApp } from '../harness/vite-app.ts';

test('a second build hits, and `dist` comes back after it was deleted', async () => {
  const { rig, run } = await createViteApp();
  expect(await run()).toMatchObject({ outcome: 'executed', notStored: undefined });
  const dist = rig.tree('dist');
  expect(await run()).toMatchObject({ outcome: 'restored', written: 0 });
  await rig.remove('dist');
  expect(await run()).toMatchObject({ outcome: 'restored' });
  expect(rig.tree('dist')).toEqual(dist);
});

test('the build after the build after the build empties `dist`, and still hits', async () => {
  const { rig, run } = await createViteApp();
  for (const title of ['one', 'two', 'three']) {
    await rig.write({ 'src/main.js': `console.log("${title}")\n` });
    expect(await run()).toMatchObject({ outcome: 'executed', notStored: undefined });
    expect(await run()).toMatchObject({ outcome: 'restored' });
  }
  await rig.write({ 'src/main.js': 'console.log("one")\n' });
  expect(await run()).toMatchObject({ outcome: 'restored' });
  expect(built(rig)).toContain('one');
  expect(built(rig)).not.toContain('two');
});

test('a variable with the prefix misses by its name when it appears, changes and goes, and hits when it is as it was', async () => {
  const { rig, run } = await createViteApp();
  const withTitle = (title: string) => run('build', { env: { VITE_TITLE: title } });
  expect((await withTitle('first')).outcome).toBe('executed');
  expect(built(rig)).toContain('first');
  expect((await withTitle('second')).miss).toEqual({ code: 'env-changed', name: 'VITE_TITLE', change: 'modified' });
  expect((await run()).miss).toEqual({ code: 'env-changed', name: 'VITE_TITLE', change: 'removed' });
  expect((await run('build', { env: { VITE_OTHER: '1' } })).miss).toMatchObject({
    code: 'env-changed',
    name: 'VITE_OTHER',
    change: 'added',
  });
  expect((await withTitle('first')).outcome).toBe('restored');
  expect(built(rig)).toContain('first');
  expect((await run()).outcome).toBe('restored');
});

test('NODE_ENV misses by its name when it appears, changes and goes, and hits when it is as it was', async () => {
  const { run } = await createViteApp();
  const within = (NODE_ENV: string) => run('build', { env: { NODE_ENV } });
  expect((await run()).outcome).toBe('executed');
  expect((await within('development')).miss).toEqual({ code: 'env-changed', name: 'NODE_ENV', change: 'added' });
  expect((await within('production')).miss).toMatchObject({ code: 'env-changed', name: 'NODE_ENV' });
  expect((await within('development')).outcome).toBe('restored');
  expect((await run()).outcome).toBe('restored');
});

test('a dev server and a preview ask not to be cached', async () => {
  const { rig, run } = await createViteApp(
    {
      'dev.mjs':
        "import { createServer } from 'vite';\nconst server = await createServer({ server: { middlewareMode: true } });\nawait server.close();\n",
      'preview.mjs':
        "import { build, preview } from 'vite';\nawait build({ logLevel: 'silent' });\nconst server = await preview({ preview: { port: 0 } });\nawait server.close();\n",
    },
    { dev: 'node dev.mjs', preview: 'node preview.mjs' },
  );
  expect(await run('dev')).toMatchObject({ outcome: 'executed', notStored: { code: 'cache-disabled' } });
  expect(await run('preview')).toMatchObject({ outcome: 'executed', notStored: { code: 'cache-disabled' } });
  expect(await run('preview')).toMatchObject({ outcome: 'executed' });
  expect(rig.tree('dist')).not.toEqual({});
});

test('a glob import misses when a file appears that it matches, and hits when one appears elsewhere', async () => {
  const { rig, run } = await createViteApp({
    'src/main.js': "console.log(import.meta.glob('./pages/*.js', { eager: true }))\n",
    'src/pages/a.js': 'export const page = "page-a"\n',
    'notes/x.txt': '',
  });
  await run();
  await rig.write({ 'notes/unrelated.js': '' });
  expect((await run()).outcome).toBe('restored');
  await rig.write({ 'src/pages/b.js': 'export const page = "page-b"\n' });
  expect((await run()).miss).toMatchObject({ code: 'listing-changed', path: 'src/pages', name: 'b.js', change: 'added' });
  expect(built(rig)).toContain('page-b');
});

test('a plugin that owns a cache directory may say so', async () => {
  const { rig, run } = await createViteApp({
    'vite.config.js': `
import { mkdirSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
const client = process.env.VP_RUN_NODE_CLIENT_PATH && createRequire(import.meta.url)(process.env.VP_RUN_NODE_CLIENT_PATH).load();
const owner = { name: 'owner', buildStart() {
  client?.ignoreInput('.owner-cache'); client?.ignoreOutput('.owner-cache');
  const count = existsSync('.owner-cache/count') ? Number(readFileSync('.owner-cache/count', 'utf8')) : 0;
  mkdirSync('.owner-cache', { recursive: true }); writeFileSync('.owner-cache/count', String(count + 1));
} };
export default { plugins: [owner] };
`,
  });
  expect(await run()).toMatchObject({ outcome: 'executed', notStored: undefined });
  expect((await run()).outcome).toBe('restored');
  await rig.write({ '.owner-cache/count': '41' });
  expect((await run()).outcome).toBe('restored');
  await rig.remove('.owner-cache', 'dist');
  expect((await run()).outcome).toBe('restored');
  expect(rig.tree('.owner-cache')).toEqual({});
});
