import { describe, expect, test } from 'vitest';
import { differences, type Snapshot } from '../../../src/cache/differences.ts';
import type { Fingerprint } from '../../../src/cache/entry.ts';
import { absent, type FileState } from '../../../src/cache/file-state.ts';
import { digest, directory, file, input, link, noInputs, path } from './sample.ts';

const nothingThere: Snapshot = {
  state: () => absent,
  isLeftOver: () => false,
  names: () => undefined,
  holds: () => false,
  declared: undefined,
  program: () => undefined,
  ambient: {},
  given: () => null,
  served: { digest: () => null, matching: () => [] },
  isDeclaredInput: () => false,
};

const found = (was: Partial<Fingerprint>, now: Partial<Snapshot> = {}) => [
  ...differences({ ...noInputs, ...was }, { ...nothingThere, ...now }),
];
const standing = (states: Readonly<Record<string, FileState>>): Partial<Snapshot> => ({ state: (at) => states[at] ?? absent });

test('a fingerprint of nothing matches anything', () => {
  expect(found({}, standing({ a: file() }))).toEqual([]);
});

test('a variable that is passed by default can change, come and go', () => {
  const was = { CI: digest('1'), LANG: digest('C'), TZ: null };
  const now = { CI: digest('2'), TZ: digest('UTC'), NODE_OPTIONS: digest('x') };
  expect(found({ ambient: was }, { ambient: now })).toEqual([
    { code: 'env-changed', name: 'CI', change: 'modified' },
    { code: 'env-changed', name: 'LANG', change: 'removed' },
    { code: 'env-changed', name: 'TZ', change: 'added' },
    { code: 'env-changed', name: 'NODE_OPTIONS', change: 'added' },
  ]);
  expect(found({ ambient: was }, { ambient: was })).toEqual([]);
});

test('a program can be another or gone', () => {
  const programs = [{ name: 'tsc', digest: digest('1') }];
  expect(found({ programs }, { program: () => digest('1') })).toEqual([]);
  expect(found({ programs }, { program: () => digest('2') })).toEqual([{ code: 'tool-changed', name: 'tsc' }]);
  expect(found({ programs })).toEqual([{ code: 'tool-changed', name: 'tsc' }]);
});

describe('what was not there', () => {
  const was = { absences: [path('a')] };

  test('may still not be there', () => {
    expect(found(was)).toEqual([]);
  });

  test('may be left over from an earlier run', () => {
    expect(found(was, { ...standing({ a: file() }), isLeftOver: () => true })).toEqual([]);
  });

  test.for([file(), directory(), link('x'), { kind: 'other' } as const])('may not be there as a $kind', (state) => {
    expect(found(was, standing({ a: state }))).toEqual([{ code: 'input-changed', path: 'a', change: 'added' }]);
  });
});

describe('a link', () => {
  const was = { links: [{ path: path('l'), target: 'x' }] };

  test('may lead where it led, and nowhere else', () => {
    expect(found(was, standing({ l: link('x') }))).toEqual([]);
    expect(found(was, standing({ l: link('y') }))).toEqual([{ code: 'link-changed', path: 'l' }]);
    expect(found(was, standing({ l: file() }))).toEqual([{ code: 'link-changed', path: 'l' }]);
    expect(found(was)).toEqual([{ code: 'input-changed', path: 'l', change: 'removed' }]);
  });
});

describe('a directory', () => {
  test('must be there, and be one', () => {
    const was = { directories: [path('d')] };
    expect(found(was, standing({ d: directory() }))).toEqual([]);
    expect(found(was, standing({ d: file() }))).toEqual([{ code: 'input-changed', path: 'd', change: 'modified' }]);
    expect(found(was)).toEqual([{ code: 'input-changed', path: 'd', change: 'removed' }]);
  });

  const listings = [{ path: path('d'), names: ['da', 'fb'], own: false }];

  test('must have the names that it had', () => {
    expect(found({ listings }, { names: () => ['fb', 'da'] })).toEqual([]);
    expect(found({ listings }, { names: () => ['da', 'fc'] })).toEqual([
      { code: 'listing-changed', path: 'd', name: 'c', change: 'added' },
      { code: 'listing-changed', path: 'd', name: 'b', change: 'removed' },
    ]);
  });

  test("a name that has become the task's own is still there", () => {
    const listings = [{ path: path('d'), names: ['fa'], own: false }];
    expect(found({ listings }, { names: () => [], holds: (_, name) => name === 'fa' })).toEqual([]);
  });

  test('must have the kinds that it had', () => {
    expect(found({ listings }, { names: () => ['fa', 'fb'] })).toHaveLength(2);
  });

  test('that was listed must be there', () => {
    expect(found({ listings })).toEqual([{ code: 'input-changed', path: 'd', change: 'removed' }]);
    expect(found({ listings }, standing({ d: file() }))).toEqual([{ code: 'input-changed', path: 'd', change: 'modified' }]);
  });

  test('of its own may be missing where no name counted', () => {
    expect(found({ listings: [{ path: path('d'), names: [], own: true }] })).toEqual([]);
    expect(found({ listings: [{ path: path('d'), names: ['fa'], own: true }] })).toHaveLength(1);
  });
});

describe('a file', () => {
  const was = { files: [input('a', '1')] };

  test('must have the content that it had', () => {
    expect(found(was, standing({ a: file('1') }))).toEqual([]);
    expect(found(was, standing({ a: file('2') }))).toEqual([{ code: 'input-changed', path: 'a', change: 'modified' }]);
    expect(found(was)).toEqual([{ code: 'input-changed', path: 'a', change: 'removed' }]);
  });

  test('must be a file', () => {
    const others = [directory(), link('x'), { kind: 'other' } as const].map((state) => found(was, standing({ a: state })));
    expect(others.flat()).toMatchObject([{ change: 'modified' }, { change: 'modified' }, { change: 'modified' }]);
  });

  test('must be as executable as it was, whatever else its mode says', () => {
    expect(found(was, standing({ a: file('1', { mode: 0o100755 }) }))).toEqual([{ code: 'mode-changed', path: 'a' }]);
    expect(found(was, standing({ a: file('1', { mode: 0o100600 }) }))).toEqual([]);
  });
});

test('declared inputs must be the same files with the same content', () => {
  const was = { declared: [input('a'), input('b'), input('c')] };
  expect(found(was, { declared: [input('c'), input('b'), input('a')] })).toEqual([]);
  expect(found(was, { declared: [input('a'), input('b', 'other'), input('d')] })).toEqual([
    { code: 'input-changed', path: 'b', change: 'modified' },
    { code: 'input-changed', path: 'c', change: 'removed' },
    { code: 'input-changed', path: 'd', change: 'added' },
  ]);
});
