import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { canonicalText, keyedDigest, loadHasher } from '../../../src/base/digest.ts';
import { stampOf } from '../../../src/base/files.ts';
import { joinPath } from '../../../src/base/path.ts';
import { directoryWith } from '../../harness/files.ts';
import { Random } from '../../harness/random.ts';

const hasher = await loadHasher();

describe('a digest', () => {
  test.for([0, 1, 31, 32, 65_535, 65_536, 65_537, 131_071, 131_072, 131_073, 200_000])(
    'of a file with %i bytes is that of its bytes',
    (size) => {
      const random = new Random(size);
      const bytes = Buffer.from(Array.from({ length: size }, () => random.below(256)));
      const file = joinPath(directoryWith({}), 'file');
      writeFileSync(file, bytes);
      expect(hasher.ofFile(file)).toEqual({ digest: hasher.ofBytes(bytes), stamp: stampOf(file) });
    },
  );

  test('is 32 hex digits, and another for other bytes', () => {
    const digests = ['', '\0', '\0\0', 'a', 'b'].map((text) => hasher.ofText(text));
    expect(digests.filter((digest) => !/^[0-9a-f]{32}$/.test(digest))).toEqual([]);
    expect(new Set(digests).size).toBe(5);
  });

  test('is the same in every version and on every machine', () => {
    expect(hasher.ofText('reprise')).toMatchInlineSnapshot(`"8b3792edf956473d1c5e6a8e37394a97"`);
  });

  test('of bytes within a larger buffer is that of the bytes', () => {
    expect(hasher.ofBytes(Buffer.from('xabcx').subarray(1, 4))).toBe(hasher.ofText('abc'));
  });
});

describe('what is no file', () => {
  test('and not there is absent', () => {
    const root = directoryWith({ file: '' });
    expect(hasher.ofFile(joinPath(root, 'missing'))).toEqual({ trouble: 'absent' });
    expect(hasher.ofFile(joinPath(root, 'file/below'))).toEqual({ trouble: 'absent' });
  });

  test('but a directory or a link cannot be read', () => {
    const root = directoryWith({ file: '' });
    mkdirSync(joinPath(root, 'directory'));
    symlinkSync('file', joinPath(root, 'link'));
    expect(hasher.ofFile(joinPath(root, 'directory'))).toEqual({ trouble: 'unreadable' });
    expect('digest' in hasher.ofFile(joinPath(root, 'link'))).toBe(false);
  });
});

describe('the canonical text of data', () => {
  test('is the same in whatever order members stand', () => {
    expect(canonicalText({ b: [{ y: 1, x: 2 }], a: null, c: undefined })).toBe('{"a":null,"b":[{"x":2,"y":1}]}');
  });

  test('is another for another order of items, another type or another lone surrogate', () => {
    const texts = [['a', 'b'], ['b', 'a'], ['1'], [1], ['\udc80'], ['\udc81'], [], [[]]].map(canonicalText);
    expect(new Set(texts).size).toBe(8);
  });

  test('keeps a member with the name of a prototype', () => {
    expect(canonicalText(JSON.parse('{"__proto__":1}'))).toBe('{"__proto__":1}');
  });
});

test('a keyed digest is that of bytes, whether they are UTF-8 or not', () => {
  const salt = Buffer.from('1');
  const digests = ['\udcff', '\udcfe', '\uFFFD', ''].map((value) => keyedDigest(salt, value));
  expect(new Set(digests).size).toBe(4);
  expect(keyedDigest(salt, '\udcc3\udca9')).toBe(keyedDigest(salt, 'é'));
});

test('a keyed digest depends on the value and on the salt', () => {
  const [one, two] = [Buffer.from('1'), Buffer.from('2')];
  const digests = [keyedDigest(one, 'a'), keyedDigest(one, 'b'), keyedDigest(two, 'a')];
  expect(new Set(digests).size).toBe(3);
  expect(keyedDigest(Buffer.from('1'), 'a')).toBe(digests[0]);
});
