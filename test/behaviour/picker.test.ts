import { expect, test } from 'vitest';
import { createRig, type Rig } from '../harness/rig.ts';
import { startInTerminal, type TerminalOptions } from '../harness/terminal.ts';

async function createWorkspace(): Promise<Rig> {
  const rig = await createRig();
  await rig.write({
    'package.json': { name: 'root', workspaces: ['packages/*'], scripts: { here: 'echo ran here' } },
    'packages/lib/package.json': { name: 'lib', scripts: { build: 'echo built lib; true', lint: 'echo linted; true' } },
    'packages/app/package.json': { name: 'app', scripts: { build: 'echo built app; true' } },
  });
  return rig;
}

async function startPicker(rig: Rig, args: readonly string[] = [], options: TerminalOptions = {}) {
  const run = startInTerminal(rig, ['run', ...args], options);
  await run.shows('❯');
  return run;
}

test('without a task all are there to choose from, those of the package at hand first, with their commands', async () => {
  const run = await startPicker(await createWorkspace());
  await run.shows('4/4');
  expect(run.screen.split('\n').slice(1)).toEqual([
    '› here: echo ran here',
    expect.stringMatching(/^ {2}(app|lib)#/),
    expect.stringMatching(/^ {2}(app|lib)#/),
    expect.stringMatching(/^ {2}(app|lib)#/),
  ]);
  run.press('\x03');
  expect(await run.ended).toBe(130);
});

test('typing narrows the choice, Enter runs it, and nothing of the choice stays', async () => {
  const run = await startPicker(await createWorkspace());
  run.press('liblint');
  await run.shows('1/4');
  run.press('\r');
  expect(await run.ended).toBe(0);
  expect(run.lines.join('\n')).not.toContain('❯');
  expect(run.lines.join('\n')).toMatch(/linted$/m);
  expect(run.modes).toMatchObject({ input: 'restored', isCursorShown: true, buffer: 'normal' });
});

test('the arrows move, Escape clears what was typed and then leaves', async () => {
  const run = await startPicker(await createWorkspace());
  run.press('build');
  await run.shows('2/4');
  run.press('\x1b[B');
  await run.until(() => /› (app|lib)#build/.test(run.screen.split('\n')[2] ?? ''), 'the second row chosen');
  run.press('\x1b');
  await run.shows('4/4');
  run.press('\x1b');
  expect(await run.ended).toBe(130);
  expect(run.lines).toEqual([]);
});

test('a name that is mistyped is there to be mended, and the exit code is that of the task', async () => {
  const rig = await createWorkspace();
  await rig.write({ 'packages/app/package.json': { name: 'app', scripts: { build: 'exit 3' } } });
  const run = await startPicker(rig, ['app#biuld']);
  run.press('\x1b');
  await run.shows('4/4');
  run.press('app\r');
  expect(await run.ended).toBe(3);
});

test('a task of which a result is stored is marked, and one that never ran', async () => {
  const rig = await createWorkspace();
  await rig.run(['run', '--cache', 'lib#lint']);
  await rig.run(['run', '--no-cache', 'app#build']);
  const run = await startPicker(rig);
  await run.shows('lib#lint: cached echo linted');
  await run.shows('lib#build: never run ');
  expect(run.screen).toMatch(/app#build: (?!never run)/);
  run.press('\x03');
  expect(await run.ended).toBe(130);
});

test('what does not fit is cut off, in width and in height', async () => {
  const run = await startPicker(await createWorkspace(), [], { columns: 20, rows: 4 });
  await run.shows('› here');
  expect(run.screen.split('\n').length).toBeLessThanOrEqual(3);
  run.press('\x03');
  expect(await run.ended).toBe(130);
});

test('where nobody can choose there is the list', async () => {
  const rig = await createWorkspace();
  const run = startInTerminal(rig, ['run'], { env: { TERM: 'dumb' } });
  expect(await run.ended).toBe(0);
  expect(run.lines).toContain('here: echo ran here');
});
