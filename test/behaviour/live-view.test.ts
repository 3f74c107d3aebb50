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
