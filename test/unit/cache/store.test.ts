import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Digest } from '../../../src/base/digest.ts';
import { joinPath, type AbsolutePath } from '../../../src/base/path.ts';
import type { Entry } from '../../../src/cache/entry.ts';
import { isFault } from '../../../src/cache/fault.ts';
import { Lease } from '../../../src/cache/lease.ts';
import { Store } from '../../../src/cache/store.ts';
import type { CacheKeyParts } from '../../../src/plan/cache-key.ts';
import { directoryWith } from '../../harness/files.ts';
import { digest, input, noInputs, outputFile, putBlobs, sampleEntry, sampleStep } from './sample.ts';

const key = digest('key');
const step = sampleStep();
const parts = { program: 'tsc' } as CacheKeyParts;

/** An entry whose input has the content `content`. */
const entryOf = (content: string, storedAt: number, id = content) =>
  sampleEntry(id, { storedAt, fingerprint: { ...noInputs, files: [input('a', content)] } });

function opened(home: AbsolutePath): Store {
  const store = Store.open(home);
  if (isFault(store)) throw new Error(store.detail);
  onTestFinished(() => store.release());
  return store;
}

async function publish(store: Store, ...entries: readonly Entry[]): Promise<void> {
  for (const entry of entries) expect(await store.publish(step, key, parts, entry)).toBe(undefined);
}

/** The ids of a key's entries, as one who opens the store anew finds them. */
async function idsIn(store: Store, of: Digest = key): Promise<string[]> {
  await store.release();
  const candidates = await opened(joinPath(store.directory, '..')).candidates(of);
  if (isFault(candidates)) throw new Error(candidates.detail);
  return candidates.map(({ id }) => id);
}

describe('the store', () => {
  test('gives the entries of a key, the newest first', async () => {
    const store = opened(directoryWith({}));
    await publish(store, entryOf('b', 2), entryOf('c', 3), entryOf('a', 1));
    expect(await idsIn(store)).toEqual(['c', 'b', 'a']);
    expect(await idsIn(store, digest('another'))).toEqual([]);
  });

  test('replaces an entry that has the same inputs', async () => {
    const store = opened(directoryWith({}));
    await publish(store, entryOf('a', 1, 'old'), entryOf('b', 2), entryOf('a', 3, 'new'));
    expect(await idsIn(store)).toEqual(['new', 'b']);
  });

  test('keeps eight entries of a key, and those that were used last', async () => {
    const store = opened(directoryWith({}));
    for (let time = 1; time <= 8; time++) await publish(store, entryOf(`e${time}`, time));
    store.touch(key, 'e1', 100);
    await store.flush();
    await publish(store, entryOf('e9', 9));
    expect(await idsIn(store)).toEqual(['e9', 'e8', 'e7', 'e6', 'e5', 'e4', 'e3', 'e1']);
  });

  test('remembers across runs what was used last', async () => {
    const home = directoryWith({});
    const store = opened(home);
    for (let time = 1; time <= 8; time++) await publish(store, entryOf(`e${time}`, time));
    store.touch(key, 'e1', 100);
    await store.flush();
    await store.release();
    const again = opened(home);
    await publish(again, entryOf('e9', 9), entryOf('e10', 10));
    expect(await idsIn(again)).toEqual(['e10', 'e9', 'e8', 'e7', 'e6', 'e5', 'e4', 'e1']);
  });

  test('keeps the entries of other keys', async () => {
    const store = opened(directoryWith({}));
    await publish(store, entryOf('a', 1));
    for (let time = 1; time <= 9; time++) await store.publish(step, digest('other'), parts, entryOf(`e${time}`, time));
    expect(await idsIn(store)).toEqual(['a']);
  });

  test('adds no entry whose blobs others have removed', async () => {
    const store = opened(directoryWith({}));
    const entry = { ...entryOf('a', 1), outputs: [outputFile('out', 'bytes')] };
    expect(await store.publish(step, key, parts, entry)).toBe('blobs-gone');
    expect(await idsIn(store)).toEqual([]);
    putBlobs(store.blobs, entry);
    expect(await store.publish(step, key, parts, entry)).toBe(undefined);
  });

  test('takes an entry back', async () => {
    const store = opened(directoryWith({}));
    await publish(store, entryOf('a', 1), entryOf('b', 2));
    expect(await store.remove(key, 'b')).toBe(undefined);
    expect((await store.entry(key, 'a'))?.id).toBe('a');
    expect([await store.entry(key, 'b'), await idsIn(store)]).toEqual([undefined, ['a']]);
  });

  test('remembers what the key of a step was made from when it was last stored', async () => {
    const store = opened(directoryWith({}));
    expect(await store.lastKeyParts(step)).toBe(undefined);
    await publish(store, entryOf('a', 1));
    expect(await store.lastKeyParts(step)).toEqual(parts);
    expect(await store.lastKeyParts(sampleStep(1))).toBe(undefined);
  });

  test('drops an entry that is damaged, after saying so once', async () => {
    const home = directoryWith({});
    const store = opened(home);
    await publish(store, entryOf('a', 1), entryOf('b', 2));
    await store.release();
    const lease = new Lease(joinPath(store.directory, 'index'));
    await lease.use((database) => database.put(`entry!${key}b`, Buffer.from('garbage')));
    await lease.close();
    const again = opened(home);
    expect(await again.candidates(key)).toEqual({ kind: 'fault', detail: 'a stored entry is damaged' });
    expect(await idsIn(again)).toEqual(['a']);
  });

  test('drops what older formats left, unread, and nothing else', () => {
    const home = directoryWith({ 'v1/index/CURRENT': 'x', 'v1/salt': 'old', 'v99/salt': 'newer', 'vx/a': '', mine: '' });
    opened(home);
    expect(readdirSync(home).sort()).toEqual(['mine', 'v3', 'v99', 'vx']);
  });

  test('leaves directories of that name alone that are not its own', () => {
    const home = directoryWith({ 'v1/user.ts': 'mine' });
    opened(home);
    expect(readFileSync(joinPath(home, 'v1/user.ts'), 'utf8')).toBe('mine');
  });

  test.for(['file', 'file/below'])('is a fault where %s stands in its place', (place) => {
    const home = directoryWith({ file: 'mine' });
    expect(Store.open(joinPath(home, place))).toMatchObject({ kind: 'fault' });
    expect(readFileSync(joinPath(home, 'file'), 'utf8')).toBe('mine');
  });
});

describe('the salt', () => {
  test('is made once and the same for all', () => {
    const home = directoryWith({});
    const salts = [opened(home).salt, opened(home).salt];
    expect(salts[0]).toHaveLength(32);
    expect(Buffer.from(salts[0] ?? [])).toEqual(Buffer.from(salts[1] ?? []));
    expect(Buffer.from(opened(directoryWith({})).salt)).not.toEqual(Buffer.from(salts[0] ?? []));
  });

  test('is made anew where it was damaged', () => {
    const home = directoryWith({});
    mkdirSync(joinPath(home, 'v3'));
    writeFileSync(joinPath(home, 'v3/salt'), '');
    expect(opened(home).salt).toHaveLength(32);
    expect(existsSync(joinPath(home, 'v3/salt'))).toBe(true);
  });
});
