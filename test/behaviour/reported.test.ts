import { describe, expect, test } from 'vitest';
import { reporting } from '../harness/reporting.ts';
import { createTasks, git, type Run } from '../harness/tasks.ts';
import type { FileContent, Rig } from '../harness/rig.ts';

/** The task `build`: a module that may talk to the runner and use `node:fs`. */
async function createTool(
  source: string,
  { files = {}, task = {} }: { files?: Readonly<Record<string, FileContent>>; task?: object } = {},
): Promise<{ rig: Rig; run: Run }> {
  const imports = `import * as fs from 'node:fs';\nimport * as runner from './runner.mjs';\n`;
  return await createTasks(
    { build: { command: 'node build.mjs', ...task } },
    { 'build.mjs': imports + source, 'runner.mjs': reporting, ...files },
  );
}

describe('a variable that a tool asked for', () => {
  const source = `fs.writeFileSync('out', String(await runner.getEnv('API')) + JSON.stringify(await runner.getEnvs({ prefix: 'VITE_' })));`;

  test('is a miss when it is another, comes or goes, and a hit when it is back', async () => {
    const { rig, run } = await createTool(source);
    const env = { API: '1', VITE_A: 'a' };
    expect((await run('build', { env })).notStored).toBe(undefined);
    expect((await run('build', { env: { ...env, API: '2' } })).miss).toEqual({ code: 'env-changed', name: 'API', change: 'modified' });
    expect((await run('build', { env: { API: '1' } })).miss).toEqual({ code: 'env-changed', name: 'VITE_A', change: 'removed' });
    expect((await run('build', { env: { ...env, VITE_B: '' } })).miss).toEqual({ code: 'env-changed', name: 'VITE_B', change: 'added' });
    expect((await run('build', { env: { ...env, OTHER: 'x' } })).outcome).toBe('restored');
    expect(rig.tree()).toMatchObject({ out: '1[["VITE_A","a"]]' });
  });

  test('counts as the command’s own assignments have it, in a dry run too', async () => {
    const { rig, run } = await createTool(source, { task: { command: 'API=mine node build.mjs' } });
    await run('build', { env: { API: '1' } });
    expect(rig.tree()).toMatchObject({ out: 'mine[]' });
    expect((await run('build', { env: { API: '2' } })).outcome).toBe('restored');
    const { stdout } = await rig.run(['run', '--dry-run', 'build'], { env: { VITE_A: 'a' } });
    expect(stdout).toContain("env 'VITE_A' added");
  });

  test('does not count where the task declares it as untracked, or it was asked for as such', async () => {
    const { run } = await createTool(`${source}\nawait runner.getEnv('LOOSE', { tracked: false });`, { task: { untrackedEnv: ['API'] } });
    await run('build', { env: { API: '1' } });
    expect((await run('build', { env: { API: '2', LOOSE: 'x' } })).outcome).toBe('restored');
  });

  test('that the task declares too is told of once', async () => {
    const { run } = await createTool(source, { task: { env: ['API'] } });
    await run('build', { env: { API: '1' } });
    const { record } = await run('build', { env: { API: '2' } });
    const decision = record?.tasks[0]?.steps[0]?.decision;
    expect(decision).toMatchObject({ reasons: [{ code: 'env-changed', name: 'API', change: 'modified' }], more: 0 });
  });
});

describe('nothing is stored', () => {
  test('when a tool asks for it', async () => {
    const { run } = await createTool(`await runner.disableCache();`);
    const first = await run();
    expect(first.notStored).toEqual({ code: 'cache-disabled' });
    expect(first.stdout).toContain('→ Not cached: the command asked not to be cached (disableCache)');
    expect((await run()).outcome).toBe('executed');
  });

  test('when a tool says what nobody understands', async () => {
    const { run } = await createTool(`await runner.mumble();`);
    const first = await run();
    expect(first.notStored).toMatchObject({ code: 'communication-failed' });
    expect(first.stdout).toContain('→ Not cached: task communication failed: ');
    expect((await run()).outcome).toBe('executed');
  });
});

describe('a path that a tool said to be no input', () => {
  const source = `
    fs.writeFileSync('out', [fs.readFileSync('notes/a'), fs.existsSync('notes/b'), fs.readdirSync('.').length].join());
    await runner.ignoreInput('notes');
    await runner.ignoreInput('later');`;

  test('may change, come and go', async () => {
    const { rig, run } = await createTool(source, { files: { 'notes/a': '1' } });
    expect((await run()).notStored).toBe(undefined);
    await rig.write({ 'notes/a': '2', 'notes/b': '', later: '' });
    expect((await run()).outcome).toBe('restored');
    await rig.remove('notes');
    expect((await run()).outcome).toBe('restored');
    await rig.write({ 'src/new': '' });
    expect((await run()).miss).toMatchObject({ code: 'listing-changed', name: 'src' });
  });

  test('counts where the task names it', async () => {
    const task = { input: [{ auto: true }, 'notes/*'] };
    const { rig, run } = await createTool(source, { task, files: { 'notes/a': '1' } });
    expect((await run()).notStored).toBe(undefined);
    await rig.write({ 'notes/a': '2' });
    expect((await run()).miss).toEqual({ code: 'input-changed', path: 'notes/a', change: 'modified' });
    await rig.write({ 'notes/a': '1', 'notes/b': '' });
    expect((await run()).miss).toEqual({ code: 'input-changed', path: 'notes/b', change: 'added' });
  });

  test('is told of by -vv', async () => {
    const { rig, run } = await createTool(source, { files: { 'notes/a': '1' } });
    await run();
    expect((await rig.run(['run', '--last-details', '-vv'])).stdout).toContain('Ignored:\n        later (input)\n        notes (input)\n');
  });
});

describe('a path that a tool said to be no output', () => {
  const source = `
    await runner.ignoreOutput('log');
    fs.readdirSync('.');
    fs.mkdirSync('log', { recursive: true });
    fs.writeFileSync('log/' + fs.readFileSync('a.txt', 'utf8'), '');
    fs.writeFileSync('out', fs.readFileSync('a.txt'));`;

  test('is neither put in place nor taken away, and stays the task’s own', async () => {
    const { rig, run } = await createTool(source, { files: { 'a.txt': 'A' } });
    expect((await run()).notStored).toBe(undefined);
    expect(await run()).toMatchObject({ outcome: 'restored', written: 0, removed: 0 });
    expect(await run()).toMatchObject({ outcome: 'restored', written: 0, removed: 0 });
    await rig.write({ 'a.txt': 'B' });
    expect((await run()).notStored).toBe(undefined);
    await rig.write({ 'a.txt': 'A' });
    expect(await run()).toMatchObject({ outcome: 'restored', written: 1, removed: 0 });
    expect(rig.tree('log')).toEqual({ A: '', B: '' });
    await rig.remove('log', 'out');
    expect(await run()).toMatchObject({ outcome: 'restored', written: 1 });
    expect(rig.tree('log')).toEqual({});
  });

  test('is an output where the task names it', async () => {
    const task = { output: [{ auto: true }, 'log/*'] };
    const { rig, run } = await createTool(source, { task, files: { 'a.txt': 'A' } });
    await run();
    await rig.remove('log');
    expect(await run()).toMatchObject({ outcome: 'restored', written: 1 });
    expect(rig.tree('log')).toEqual({ A: '' });
  });

  test('may lie outside the workspace', async () => {
    const { run } = await createTool(`await runner.ignoreOutput('../outside'); fs.writeFileSync('../outside', '');`);
    expect((await run()).notStored).toBe(undefined);
  });
});

/** What that tool makes. */
function built(text: string): Record<string, string> {
  return { index: text, [`assets/${text}`]: text };
}

describe('a tool that empties a directory whose state it says to mean nothing', () => {
  const source = `
    await runner.ignoreInput('dist');
    fs.mkdirSync('dist', { recursive: true });
    for (const name of fs.readdirSync('dist')) fs.rmSync('dist/' + name, { recursive: true });
    fs.mkdirSync('dist/assets');
    const text = fs.readFileSync('a.txt', 'utf8');
    fs.writeFileSync('dist/index', text);
    fs.writeFileSync('dist/assets/' + text, text);`;

  test('is stored each time, hits for each state, and leaves nothing of another', async () => {
    const { rig, run } = await createTool(source, { files: { 'a.txt': 'A' } });
    for (const text of ['A', 'B', 'C']) {
      await rig.write({ 'a.txt': text });
      expect(await run()).toMatchObject({ outcome: 'executed', notStored: undefined });
      expect((await run()).outcome).toBe('restored');
    }
    for (const text of ['A', 'C', 'B']) {
      await rig.write({ 'a.txt': text });
      expect((await run()).outcome).toBe('restored');
      expect(rig.tree('dist')).toEqual(built(text));
    }
    await rig.remove('dist');
    expect((await run()).outcome).toBe('restored');
    expect(rig.tree('dist')).toEqual(built('B'));
  });

  test('hits from the second run on where there was such a directory before', async () => {
    const files = { 'a.txt': 'A', 'dist/index': 'A', 'dist/mine': 'mine', 'dist/assets/old': '' };
    const { rig, run } = await createTool(source, { files });
    expect((await run()).notStored).toBe(undefined);
    expect(await run()).toMatchObject({ outcome: 'restored', written: 0, removed: 0 });
    await rig.remove('dist');
    expect((await run()).outcome).toBe('restored');
    expect(rig.tree('dist')).toEqual(built('A'));
  });

  test('runs where that stands again which it would take away, and no hit does it in its place', async () => {
    const { rig, run } = await createTool(source, { files: { 'a.txt': 'A', 'dist/mine': 'mine' } });
    await run();
    await rig.write({ 'dist/mine': 'mine' });
    expect(await run()).toMatchObject({ outcome: 'executed', miss: { code: 'input-changed', path: 'dist/mine', change: 'added' } });
    await rig.write({ 'dist/other': 'mine' });
    expect((await run()).outcome).toBe('restored');
    expect(rig.tree('dist')).toEqual({ ...built('A'), other: 'mine' });
  });

  test('never has a hit overwrite what somebody has edited', async () => {
    const { rig, run } = await createTool(source, { files: { 'a.txt': 'A' } });
    await run();
    await rig.write({ 'dist/index': 'edited' });
    expect(await run()).toMatchObject({ outcome: 'executed', miss: { code: 'in-the-way', path: 'dist/index' }, notStored: undefined });
    expect((await run()).outcome).toBe('restored');
  });
});

test('what a tool appended to somebody’s file stays there, whatever hits afterwards', async () => {
  const { rig, run } = await createTool(
    `const mode = fs.readFileSync('mode', 'utf8');
    if (mode === 'B') {
      await runner.ignoreOutput('notes');
      fs.appendFileSync('notes', 'appended');
    }`,
    { files: { mode: 'A', '.gitignore': 'notes' } },
  );
  git(rig, 'init', '-q');
  await run();
  await rig.write({ mode: 'B', notes: 'mine, ' });
  expect((await run()).notStored).toBe(undefined);
  await rig.write({ mode: 'A' });
  expect((await run()).outcome).toBe('restored');
  expect(rig.tree()).toMatchObject({ notes: 'mine, appended' });
});

test('what a tool appended to a file that it does not count as an input is no result', async () => {
  const { rig, run } = await createTool(`await runner.ignoreInput('log'); fs.appendFileSync('log', 'run');`, { files: { log: 'mine, ' } });
  expect((await run()).notStored).toEqual({ code: 'modified-foreign', path: 'log' });
  await rig.remove('log');
  expect((await run()).outcome).toBe('executed');
  expect(rig.tree()).toMatchObject({ log: 'run' });
});

describe('what a tool says to be neither input nor output', () => {
  const source = `
    await runner.ignoreInput('.mine');
    await runner.ignoreOutput('.mine');
    fs.readdirSync('.');
    const text = fs.readFileSync('a.txt', 'utf8');
    const known = fs.existsSync('.mine/a') ? fs.readFileSync('.mine/a', 'utf8') : '';
    fs.mkdirSync('.mine', { recursive: true });
    if (known !== text) fs.writeFileSync('out', text);
    fs.writeFileSync('.mine/a', text);
    fs.writeFileSync('other', fs.readFileSync('b.txt'));`;

  test('is its private cache, whoever’s it was before', async () => {
    const { run } = await createTool(source, { files: { 'a.txt': 'A', 'b.txt': '1', '.mine/a': 'B' } });
    expect((await run()).notStored).toBe(undefined);
    expect((await run()).outcome).toBe('restored');
    expect((await run()).outcome).toBe('restored');
  });

  test('vouches for what its tool left alone: that comes back with a hit, or the tool runs', async () => {
    const { rig, run } = await createTool(source, { files: { 'a.txt': 'A', 'b.txt': '1' } });
    await run();
    await rig.write({ 'b.txt': '2' });
    expect((await run()).notStored).toBe(undefined);
    expect((await run()).outcome).toBe('restored');
    await rig.remove('out', '.mine');
    await run();
    expect(rig.tree()).toMatchObject({ out: 'A', other: '2' });
  });

  test('does not vouch for what is gone', async () => {
    const { rig, run } = await createTool(source, { files: { 'a.txt': 'A', 'b.txt': '1' } });
    await run();
    await rig.remove('out');
    await rig.write({ 'b.txt': '2' });
    expect((await run()).notStored).toEqual({ code: 'outputs-gone', path: 'out' });
  });
});
