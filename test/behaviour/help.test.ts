import { expect, test } from 'vitest';
import { describeRun } from '../../src/plan/run-words.ts';
import { renderRunHelp } from '../../ui/run-help.ts';
import { createRig } from '../harness/rig.ts';

const widest = (text: string) => Math.max(...text.split('\n').map((line) => line.length));

test('--help fits on a screen, and names every command', async () => {
  const rig = await createRig();
  const { stdout } = await rig.run(['--help']);
  expect(stdout.split('\n').length).toBeLessThanOrEqual(24);
  expect(widest(stdout)).toBeLessThanOrEqual(80);
  const { stderr } = await rig.run(['no-such-command']);
  const named = /The commands are (?<names>.+)/.exec(stderr)?.groups?.['names']?.split(', ') ?? [];
  expect(named).toContain('run');
  expect(named.filter((name) => !new RegExp(`^  ${name} `, 'm').test(stdout))).toEqual([]);
});

test('run --help has a line for each flag, and examples', async () => {
  const { stdout } = await (await createRig()).run(['run', '--help']);
  expect(stdout).toBe(renderRunHelp(describeRun()));
  expect(stdout.split('\n').length).toBeLessThanOrEqual(describeRun().options.length + 6);
  expect(widest(stdout)).toBeLessThanOrEqual(80);
});
