import { expect, test } from 'vitest';
import { createRig, type Rig } from '../harness/rig.ts';
import { startInTerminal, type TerminalOptions } from '../harness/terminal.ts';

/** Packages whose `build` is a driven command of the same name. */
async function rigWith(...names: readonly string[]) {
  const rig = await createRig();
  await rig.write({ 'package.json': { private: true, workspaces: ['packages/*'] } });
  const commands = await Promise.all(names.map((name) => rig.command(name)));
  const scripts = commands.map(({ command }, index) => ({ name: names[index], scripts: { build: command } }));
  await rig.write(Object.fromEntries(scripts.map((manifest) => [`packages/${manifest.name}/package.json`, manifest])));
  return { rig, commands };
}

function build(rig: Rig, options: TerminalOptions = {}, ...flags: readonly string[]) {
  return startInTerminal(rig, ['run', '--no-cache', '--concurrency-limit=4', ...flags, '-r', 'build'], { columns: 200, ...options });
}

/** The headers of driven commands name a path of the machine. */
function told(lines: readonly string[]): string[] {
  return lines.map((line) => line.replace(/\$ node .* (\S+)( ⊘ cache disabled)/, '$ $1$2'));
}

const log = (name: string, ...lines: readonly string[]) => [
  `[${name}#build] ~/packages/${name}$ ${name} ⊘ cache disabled`,
  `── [${name}#build] ──`,
  ...lines,
];

test('what stays on the terminal is each step with its whole log, in the order of their ends, and the summary', async () => {
  const { rig, commands } = await rigWith('a', 'b');
  const run = build(rig);
  const [a, b] = await Promise.all([commands[0]!.started(), commands[1]!.started()]);
  await a.stdout('one of a\n');
  await b.stdout('one of b\n');
  await run.shows('one of a');
  await b.stderr('two of b');
  b.exit(0);
  await run.shows('1/2');
  await a.stdout('two of a\n');
  a.exit(0);

  expect(await run.ended).toBe(0);
  expect(told(run.lines)).toEqual([
    ...log('b', 'one of b', 'two of b'),
    '',
    ...log('a', 'one of a', 'two of a'),
    '',
    '---',
    'reprise run: 2/2 successful. (Run `reprise run --last-details` for full details)',
  ]);
});

test('a log holds text and colours alone; of a line that a tool draws again and again, the last state remains', async () => {
  const { rig, commands } = await rigWith('a', 'b');
  const run = build(rig);
  const [a, b] = await Promise.all([commands[0]!.started(), commands[1]!.started()]);
  await a.stdout('\x1b[31mred\x1b[0m\n\x1b[2J\x1b[H\x1b[3Aup\x1b[1G\n\x1b]0;title\x07\x1b[6n\x1b[c\x1b]11;?\x1b\\\x1b[?1049hasked\n');
  for (const percent of [10, 50, 99]) await a.stdout(`\r\x1b[2Kbundling ${percent}%`);
  await b.stdout('漢字 e\u0301 👩‍👩‍👧');
  await run.shows('bundling 99%');
  await run.shows('漢字');
  await a.stdout('\r\x1b[Kdone\r\nnext\r\n');
  a.exit(0);
  await run.shows('1/2');
  b.exit(0);
  await run.ended;

  expect(told(run.lines).slice(0, 11)).toEqual([...log('a', 'red', 'up', 'asked', 'done', 'next'), '', ...log('b', '漢字 e\u0301 👩‍👩‍👧')]);
  expect(run.raw).toContain('\x1b[31mred');
});

/** Sequences that move the cursor up. */
// oxlint-disable-next-line no-control-regex
const up = /\x1b\[(\d*)A/g;
/** Questions to the terminal (DSR, DA, OSC colours, DECRQM, kitty keys), and the alternate screen. */
// oxlint-disable-next-line no-control-regex
const asked = /\x1b\[[?>=]?\d*[nc]|\x1b\]1[01];\?|\x1b\[\?\d+\$p|\x1b\[\?u|\x1b\[\?1049|\x1b\[[23]J|\x1bc/;

test('the cursor never leaves the live area, and the terminal is asked nothing', async () => {
  const { rig, commands } = await rigWith('a', 'b');
  const run = build(rig, { rows: 30 });
  const [a, b] = await Promise.all([commands[0]!.started(), commands[1]!.started()]);
  await run.shows('0/2');
  await a.stdout(Array.from({ length: 200 }, (_, index) => `line ${index}\n`).join(''));
  a.exit(0);
  await run.shows('1/2');
  b.exit(1);
  await run.ended;

  expect(run.raw).not.toMatch(asked);
  expect(run.raw.match(up)).not.toBeNull();
  // Each goes back over the rows that were drawn right before it.
  const frames = run.raw
    .split('\x1b[?2026h')
    .slice(1)
    .map((frame) => frame.split('\x1b[?2026l'));
  expect(frames.map(([frame = '']) => rowsIn(frame) - 1)).toEqual(frames.map(([frame = '']) => upIn(frame)));
  expect(frames.every(([, after = '']) => upIn(after) === 0)).toBe(true);
  expect(Math.max(...frames.map(([frame = '']) => rowsIn(frame)))).toBeLessThanOrEqual(10);
});

/** Each but the first begins at the last column of the one before. */
function rowsIn(frame: string): number {
  return frame.split('\x1b[999G').length;
}

function upIn(text: string): number {
  return [...text.matchAll(up)].reduce((sum, [, count]) => sum + Number(count || 1), 0);
}

test('Ctrl-C asks, a second time kills, and the terminal is as it was', async () => {
  const { rig, commands } = await rigWith('a', 'b');
  const run = build(rig);
  const [a] = await Promise.all([commands[0]!.started(), commands[1]!.started()]);
  const heard = await a.trap('SIGINT');
  await run.shows('0/2');
  run.press('\x03');
  await heard();
  await run.shows('ending; q kills');
  run.press('q');

  expect(await run.ended).toBe(130);
  expect(run.modes).toEqual({ input: 'restored', isCursorShown: true, wraparoundMode: true, bracketedPasteMode: false, buffer: 'normal' });
  expect(run.lines.filter((line) => line.includes('q kills'))).toEqual([]);
});

test.each([
  { signal: 'SIGTERM', exitCode: 143 },
  { signal: 'SIGHUP', exitCode: 129 },
] as const)('a runner that $signal ends leaves the terminal as it was', async ({ signal, exitCode }) => {
  const { rig, commands } = await rigWith('a', 'b');
  const run = build(rig);
  await Promise.all([commands[0]!.started(), commands[1]!.started()]);
  await run.shows('0/2');
  run.signal(signal);

  expect(await run.ended).toBe(exitCode);
  expect(run.modes).toEqual({ input: 'restored', isCursorShown: true, wraparoundMode: true, bracketedPasteMode: false, buffer: 'normal' });
  expect(run.lines.filter((line) => line.includes('0/2 ·'))).toEqual([]);
});

test('the death of a task leaves the terminal as it was', async () => {
  const { rig, commands } = await rigWith('a', 'b');
  const run = build(rig);
  const [a] = await Promise.all([commands[0]!.started(), commands[1]!.started()]);
  await run.shows('0/2');
  process.kill(a.pid, 'SIGKILL');

  expect(await run.ended).toBe(137);
  expect(run.modes).toMatchObject({ input: 'restored', isCursorShown: true, wraparoundMode: true });
});

test('arrows focus a running step, Enter shows its output so far', async () => {
  const { rig, commands } = await rigWith('a', 'b');
  const run = build(rig, { rows: 30 });
  const [a, b] = await Promise.all([commands[0]!.started(), commands[1]!.started()]);
  await a.stdout('first\nsecond\n');
  await run.shows('second');
  expect(run.screen).not.toContain('first');
  run.press('\x1b[B');
  await run.shows('❯ a#build');
  run.press('\r');
  await run.shows('│ first');
  expect(run.screen).not.toContain('b#build');
  run.press('\x1b');
  await run.shows('b#build');
  a.exit(0);
  b.exit(0);

  expect(await run.ended).toBe(0);
  expect(run.lines.filter((line) => line === 'first')).toHaveLength(1);
});

test.each([
  { columns: 20, rows: 24 },
  { columns: 8, rows: 4 },
])('$columns columns and $rows rows are enough', async ({ columns, rows }) => {
  const { rig, commands } = await rigWith('a', 'b');
  const run = build(rig, { columns, rows });
  const [a, b] = await Promise.all([commands[0]!.started(), commands[1]!.started()]);
  await run.shows('0/2');
  await a.stdout('漢字'.repeat(40) + '\n');
  a.exit(0);
  await run.shows('1/2');
  b.exit(0);
  await run.ended;

  expect(told(run.lines).slice(0, 5)).toEqual([...log('a', '漢字'.repeat(40)), '', log('b')[0]]);
});

test('resizing leaves nothing of the live area behind', async () => {
  const { rig, commands } = await rigWith('a', 'b', 'c');
  const run = build(rig, { columns: 120, rows: 30 });
  const [a, b, c] = await Promise.all([commands[0]!.started(), commands[1]!.started(), commands[2]!.started()]);
  await a.stdout('of a '.repeat(30));
  await run.shows('of a');
  run.resize(40, 12);
  await run.until(() => run.screen.split('\n').at(-1)?.length === 40 || run.screen.includes('0/3'), 'a new frame');
  a.exit(0);
  await run.shows('1/3');
  run.resize(100, 40);
  await b.stdout('of b\n');
  await run.shows('of b');
  run.resize(60, 9);
  b.exit(0);
  await run.shows('2/3');
  c.exit(0);
  await run.ended;
  run.resize(300, 60);

  expect(told(run.lines).slice(0, 8)).toEqual([...log('a', 'of a '.repeat(30).trimEnd()), '', ...log('b', 'of b'), '']);
  expect(run.lines.filter((line) => /\d\/3/.test(line))).toHaveLength(1);
});
