import { expect, test } from 'vitest';
import { createRig, type Rig } from '../harness/rig.ts';

/** As `tsc -b` does it: emits what its build info does not have, and takes nothing away. `bad` in a source fails in the end. */
const incremental = `
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
const known = existsSync('x.tsbuildinfo') ? JSON.parse(readFileSync('x.tsbuildinfo', 'utf8')) : {};
const sources = Object.fromEntries(readdirSync('src').map((name) => [name, readFileSync('src/' + name, 'utf8')]));
const { end } = JSON.parse(readFileSync('settings.json', 'utf8'));
mkdirSync('dist', { recursive: true });
for (const [name, text] of Object.entries(sources)) if (known[name] !== text) writeFileSync('dist/' + name + end, text);
writeFileSync('x.tsbuildinfo', JSON.stringify(sources));
if (Object.values(sources).includes('bad')) process.exitCode = 1;
`;

async function workspace(): Promise<Rig> {
  const rig = await createRig();
  await rig.write({
    'package.json': { name: 'incremental', private: true, scripts: { build: 'node build.mjs' } },
    'build.mjs': incremental,
    'settings.json': { end: '.js' },
    'src/a': 'a',
    'src/b': 'b',
  });
  await build(rig);
  return rig;
}

async function build(rig: Rig): Promise<'restored' | 'executed' | 'failed' | undefined> {
  const { record } = await rig.run(['run', '--cache', 'build']);
  const outcome = record?.tasks[0]?.outcome;
  return outcome === 'restored' || outcome === 'executed' || outcome === 'failed' ? outcome : undefined;
}

/** Leaves nothing but what the stored result brings. */
async function restored(rig: Rig): Promise<string[]> {
  await rig.remove('dist', 'x.tsbuildinfo');
  expect(await build(rig)).toBe('restored');
  return Object.keys(rig.tree('dist'));
}

test('what a source that is gone was built to is in no later result', async () => {
  const rig = await workspace();
  await rig.remove('src/b');
  await build(rig);
  expect(await restored(rig)).toEqual(['a.js']);
});

test('nor in that of a next edit', async () => {
  const rig = await workspace();
  await rig.remove('src/b');
  await build(rig);
  await rig.write({ 'src/a': 'more' });
  await build(rig);
  expect(await restored(rig)).toEqual(['a.js']);
});

test('nor after a failure in between', async () => {
  const rig = await workspace();
  await rig.write({ 'src/a': 'bad', 'src/c': 'c' });
  expect(await build(rig)).toBe('failed');
  await rig.remove('src/b', 'src/c');
  expect(await build(rig)).toBe('failed');
  await rig.write({ 'src/a': 'good' });
  expect(await build(rig)).toBe('executed');
  await rig.remove('dist', 'x.tsbuildinfo');
  await build(rig);
  expect(await restored(rig)).toEqual(['a.js']);
});

test('nor what was built under other settings', async () => {
  const rig = await workspace();
  await rig.write({ 'settings.json': { end: '.mjs' } });
  await build(rig);
  expect(await restored(rig)).toEqual(['a.mjs', 'b.mjs']);
});

test('an edit is built on what stands, and the result is whole', async () => {
  const rig = await workspace();
  await rig.write({ 'src/a': 'more' });
  await build(rig);
  expect(await restored(rig)).toEqual(['a.js', 'b.js']);
});

test('an edit after a failure is built on what stands, and the result is whole', async () => {
  const rig = await workspace();
  await rig.write({ 'src/a': 'bad' });
  expect(await build(rig)).toBe('failed');
  await rig.remove('dist/a.js');
  await rig.write({ 'src/a': 'bad', 'src/b': 'more' });
  expect(await build(rig)).toBe('failed');
  await rig.write({ 'src/a': 'good' });
  await build(rig);
  expect(await restored(rig)).toEqual(['a.js', 'b.js']);
  expect(rig.tree('dist')).toEqual({ 'a.js': 'good', 'b.js': 'more' });
});
