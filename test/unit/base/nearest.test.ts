import { expect, test } from 'vitest';
import { nearestNames, suggestion } from '../../../src/base/nearest.ts';

test('the nearest names come first, and far ones not at all', () => {
  expect(nearestNames('biuld', ['test', 'build', 'build2', 'lint'])).toEqual(['build']);
  expect(nearestNames('typecheck', ['typechecks', 'type-check', 'check'])).toEqual(['type-check', 'typechecks']);
});

test('a hint names them as a question, or is none', () => {
  expect(suggestion('comand', ['command', 'cwd'])).toBe("Did you mean 'command'?");
  expect(suggestion('zzzz', ['command', 'cwd'])).toBeUndefined();
});
