import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { joinPath } from '../../../src/base/path.ts';
import { StatIndex } from '../../../src/cache/stat-index.ts';
import { directoryWith } from '../../harness/files.ts';
import { digest, stamp } from './sample.ts';

const at = (milliseconds: number) => stamp('a', { mtimeMs: milliseconds - 0.5, ctimeMs: milliseconds - 0.5 });

function indexed(changedAt: number, hashedAt: number): StatIndex {
  const index = new StatIndex();
  index.remember('a', at(changedAt), digest('a'), hashedAt);
  return index;
}

describe('the stat index', () => {
  test('knows the digest of a file under the stamp that it had', () => {
    expect(indexed(1001, 5000).digest('a', at(1001))).toBe(digest('a'));
  });

  test.for(['ino', 'size', 'mtimeMs', 'ctimeMs', 'mode', 'dev'])('knows nothing of a file with another %s', (member) => {
    expect(indexed(1001, 5000).digest('a', { ...at(1001), [member]: 77 })).toBe(undefined);
  });

  test('does not trust what changed at the moment when it was hashed', () => {
    expect(indexed(5000, 5005).digest('a', at(5000))).toBe(undefined);
    expect(indexed(9000, 5005).digest('a', at(9000))).toBe(undefined);
    expect(indexed(4900, 5005).digest('a', at(4900))).toBe(digest('a'));
  });

  test('does not trust whole seconds for two of them', () => {
    const index = new StatIndex();
    const whole = stamp('a', { mtimeMs: 3000, ctimeMs: 3000 });
    index.remember('a', whole, digest('a'), 4900);
    index.remember('b', whole, digest('b'), 5100);
    expect([index.digest('a', whole), index.digest('b', whole)]).toEqual([undefined, digest('b')]);
  });

  test('comes back from its file, but for what it does not trust', () => {
    const file = joinPath(directoryWith({}), 'stat-index');
    const index = indexed(1001, 5000);
    index.remember('b\udc80', at(1002), digest('b'), 5000);
    index.remember('racy', at(5000), digest('c'), 5000);
    index.save(file);
    const again = new StatIndex();
    again.load(file);
    expect([again.digest('a', at(1001)), again.digest('b\udc80', at(1002))]).toEqual([digest('a'), digest('b')]);
    expect(again.digest('racy', at(5000))).toBe(undefined);
  });

  test('is empty where its file is missing, damaged or cut off', () => {
    const file = joinPath(directoryWith({}), 'stat-index');
    indexed(1001, 5000).save(file);
    const whole = readFileSync(file);
    const damaged = [Buffer.alloc(0), Buffer.from('garbage'), whole.subarray(0, -9), whole.subarray(3)];
    for (const bytes of damaged) {
      writeFileSync(file, bytes);
      const index = new StatIndex();
      index.load(file);
      expect(index.digest('a', at(1001))).toBe(undefined);
    }
    expect(() => new StatIndex().load(joinPath(file, 'missing'))).not.toThrow();
  });

  test('says so when its file cannot be written, and goes on', () => {
    const index = indexed(1001, 5000);
    expect(() => index.save(joinPath(directoryWith({ file: '' }), 'file/stat-index'))).toThrow('EEXIST');
    expect(index.digest('a', at(1001))).toBe(digest('a'));
  });
});
