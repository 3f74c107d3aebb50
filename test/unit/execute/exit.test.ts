import { constants } from 'node:os';
import { expect, test } from 'vitest';
import type { AbsolutePath } from '../../../src/base/path.ts';
import { exitOf, notSpawned, notStarted, signalled } from '../../../src/execute/exit.ts';

const here = '/' as AbsolutePath;

test('an end is a code or a signal', () => {
  expect(exitOf(3, null)).toEqual({ kind: 'exited', code: 3 });
  expect(exitOf(null, 'SIGTERM')).toEqual({ kind: 'signalled', signal: 'SIGTERM', number: 15 });
});

test('a signal has its usual name', () => {
  expect(signalled(6)).toEqual({ kind: 'signalled', signal: 'SIGABRT', number: 6 });
  expect(signalled(29)).toEqual({ kind: 'signalled', signal: 'SIGIO', number: 29 });
});

test('a signal without a name is a number', () => {
  expect(signalled(40)).toEqual({ kind: 'signalled', signal: 'signal 40', number: 40 });
});

test('a program that is not there is 127, one that cannot be executed 126', () => {
  expect(notStarted(constants.errno.ENOENT)).toEqual({ kind: 'not-started', code: 127, why: 'no such file or directory' });
  expect(notStarted(constants.errno.EACCES)).toEqual({ kind: 'not-started', code: 126, why: 'permission denied' });
  expect(notStarted(constants.errno.ENOEXEC)).toEqual({ kind: 'not-started', code: 126, why: 'exec format error' });
});

test('an unknown error of the system is told by its number', () => {
  expect(notStarted(9999).why).toBe('system error 9999');
});

test('a missing working directory is told apart from a missing program', () => {
  const error = Object.assign(new Error('spawn x ENOENT'), { errno: -constants.errno.ENOENT });
  expect(notSpawned(error, here).why).toBe('no such file or directory');
  expect(notSpawned(error, '/no/such/directory' as AbsolutePath).why).toBe('no such directory: /no/such/directory');
});

test('an error that is not of the system is thrown', () => {
  expect(() => notSpawned(new TypeError('bug'), here)).toThrow('bug');
});
