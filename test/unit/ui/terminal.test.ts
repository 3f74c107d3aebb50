import { expect, test } from 'vitest';
import { palette, wantsColors, widthOf } from '../../../ui/terminal.ts';

test.each([
  { isTTY: true, env: {}, colors: true },
  { isTTY: false, env: {}, colors: false },
  { isTTY: true, env: { NO_COLOR: '1' }, colors: false },
  { isTTY: true, env: { NO_COLOR: '' }, colors: true },
  { isTTY: false, env: { FORCE_COLOR: '1' }, colors: true },
  { isTTY: false, env: { FORCE_COLOR: '' }, colors: false },
  { isTTY: true, env: { FORCE_COLOR: '0' }, colors: false },
  { isTTY: true, env: { FORCE_COLOR: 'false' }, colors: false },
  { isTTY: false, env: { FORCE_COLOR: '1', NO_COLOR: '1' }, colors: true },
  { isTTY: true, env: { TERM: 'dumb' }, colors: false },
  { isTTY: true, env: { TERM: 'dumb', FORCE_COLOR: '3' }, colors: true },
])('terminal $isTTY with $env has colours: $colors', ({ isTTY, env, colors }) => {
  expect(wantsColors({ isTTY }, env)).toBe(colors);
});

test('a palette without colours leaves text alone', () => {
  expect(palette(false).red('x')).toBe('x');
  expect(palette(true).red('x')).toBe('\x1b[31mx\x1b[39m');
  expect(palette(true).red('')).toBe('');
});

test('a width is known everywhere and never absurd', () => {
  expect([{ columns: 120 }, { columns: 3 }, {}].map(widthOf)).toEqual([120, 20, 80]);
});
