import { expect, test } from 'vitest';
import { faithfulEnvironment } from '../../../src/base/environment.ts';

/** As `/proc/self/environ` has it; the texts are bytes. */
function startedWith(...variables: readonly string[]): () => Buffer {
  return () => Buffer.from(variables.map((variable) => `${variable}\0`).join(''), 'latin1');
}

const unread = (): never => {
  throw new Error('nobody needs to look');
};

test('what the process was started with is looked up only for U+FFFD', () => {
  expect(faithfulEnvironment({ A: 'é', B: '', C: undefined }, unread)).toEqual({ A: 'é', B: '' });
});

test('a value that is not UTF-8 is its bytes', () => {
  const initial = startedWith('A=\xff', 'B=a\xe2\x82=\xf0\x9f\x98\x80', 'C=c');
  const env = { A: '\uFFFD', B: 'a\uFFFD=😀', C: 'c' };
  expect(faithfulEnvironment(env, initial)).toEqual({ A: '\udcff', B: 'a\udce2\udc82=😀', C: 'c' });
});

test('a value that holds U+FFFD stays', () => {
  expect(faithfulEnvironment({ A: '\uFFFD' }, startedWith('A=\xef\xbf\xbd'))).toEqual({ A: '\uFFFD' });
  expect(faithfulEnvironment({ A: '\uFFFD' }, startedWith('B=\xff'))).toEqual({ A: '\uFFFD' });
});

test('a value that was changed since the start stands', () => {
  expect(faithfulEnvironment({ A: 'new', B: 'new\uFFFD' }, startedWith('A=\xff', 'B=old\xff'))).toEqual({ A: 'new', B: 'new\uFFFD' });
  expect(faithfulEnvironment({ B: '\uFFFD' }, startedWith('A=\xff', 'B=\xfe'))).toEqual({ B: '\udcfe' });
});

test('variables with a name that is not UTF-8 are found, though Node has one name for all of them and no value', () => {
  const env = { 'A\uFFFD': undefined, 'B\uFFFD': 'b' };
  const initial = startedWith('A\xff=1', 'A\xfe=\xfd', 'B\xff=2', 'B\xef\xbf\xbd=b', 'C\xff=3');
  expect(faithfulEnvironment(env, initial)).toEqual({ 'A\udcff': '1', 'A\udcfe': '\udcfd', 'B\uFFFD': 'b', 'B\udcff': '2' });
});

test('of two variables with one name the first counts, and what has no name or no value is none', () => {
  const initial = startedWith('=\xff', 'A', '=A=\xff', 'A=\xff', 'A=\xfe', 'A\xff');
  expect(faithfulEnvironment({ A: '\uFFFD', 'A\uFFFD': undefined }, initial)).toEqual({ A: '\udcff' });
});

test('where the system does not tell what the process was started with, U+FFFD stays', () => {
  expect(faithfulEnvironment({ A: '\uFFFD', 'B\uFFFD': undefined }, () => undefined)).toEqual({ A: '\uFFFD' });
});

test('the environment of this process is as Node has it', () => {
  expect(faithfulEnvironment(process.env)).toEqual({ ...process.env });
});

test('what the tracer of a run around this one makes programs preload is left out', () => {
  const shim = 'linux-reprise/trace.so';
  expect(faithfulEnvironment({ A: 'a', LD_PRELOAD: shim }, unread)).toEqual({ A: 'a' });
  expect(faithfulEnvironment({ LD_PRELOAD: `/own.so other.so:${shim}` }, unread)).toEqual({ LD_PRELOAD: '/own.so other.so' });
  expect(faithfulEnvironment({ LD_PRELOAD: '' }, unread)).toEqual({ LD_PRELOAD: '' });
});
