import { expect, test } from 'vitest';
import { splitEnvironment } from '../../../src/execute/odd-variables.ts';

test('an environment of UTF-8 stays whole', () => {
  const env = { A: 'é\uFFFD', 'B\uFFFD': '' };
  const { plain, odd } = splitEnvironment(env);
  expect(plain).toBe(env);
  expect(odd.length).toBe(0);
});

test('variables with other bytes are taken out, as the system has them', () => {
  const { plain, odd } = splitEnvironment({ A: 'a', B: 'b\udcff=', 'C\udcfe': 'é' });
  expect(plain).toEqual({ A: 'a' });
  expect(odd.toString('latin1')).toBe('B=b\xff=\0C\xfe=\xc3\xa9\0');
});

test('bytes that are UTF-8 only together arrive so', () => {
  expect(splitEnvironment({ A: '\udcc3\udca9' }).odd.toString()).toBe('A=é\0');
});

test('what holds a NUL is left to be refused', () => {
  expect(splitEnvironment({ A: '\udcff\0B=b' })).toMatchObject({ plain: { A: '\udcff\0B=b' }, odd: Buffer.alloc(0) });
});
