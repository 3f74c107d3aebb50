import { expect, test } from 'vitest';
import { errorPlaces } from '../../../src/report/error-places.ts';

const locate = (path: string) => (/^(?:\/repo\/)?(?:src|node_modules)\//.test(path) ? path.replace('/repo/', '') : undefined);
const placesIn = (output: string, most = 10) => errorPlaces(output, locate, most);

test.each([
  ['src/a.ts:3:14 - error TS2322: no', { file: 'src/a.ts', line: 3, column: 14 }],
  ['src/a.ts(3,14): error TS2322: no', { file: 'src/a.ts', line: 3, column: 14 }],
  ['/repo/src/a.ts:3:14: no', { file: 'src/a.ts', line: 3, column: 14 }],
  ['file:///repo/src/a.ts:3', { file: 'src/a.ts', line: 3 }],
  ['  ╭─[src/a.ts:3:14]', { file: 'src/a.ts', line: 3, column: 14 }],
])('%s', (line, place) => {
  expect(placesIn(line)).toEqual([{ ...place, message: line.trim() }]);
});

test.each(['lib/b.ts:3:14', 'at 12:30:15', 'https://src/a.ts:3:14', 'src/a.ts', 'node_modules/x/y.js:1:2', 'src/a:3:1'])(
  'nothing in %s',
  (line) => {
    expect(placesIn(line)).toEqual([]);
  },
);

test('of a stack trace the topmost place that is the user’s, with the message above it', () => {
  const trace = 'TypeError: no\n    at run (node:vm:1:2)\n    at f (/repo/src/a.ts:3:14)\n    at g (/repo/src/b.ts:1:1)\n';
  expect(placesIn(trace)).toEqual([{ file: 'src/a.ts', line: 3, column: 14, message: 'TypeError: no' }]);
});

test('each once, and no more than are asked for', () => {
  expect(placesIn('src/a.ts:1:1\nsrc/a.ts:1:1\nsrc/a.ts:2:1\nsrc/a.ts:3:1\n', 2).map(({ line }) => line)).toEqual([1, 2]);
});
