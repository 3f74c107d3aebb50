import { existsSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { describe, expect, onTestFinished, test } from 'vitest';
import { blobPath } from '../../../src/base/blob-path.ts';
import { joinPath, type AbsolutePath } from '../../../src/base/path.ts';
import type { Entry } from '../../../src/cache/entry.ts';
import { isFault } from '../../../src/cache/fault.ts';
import { Lease } from '../../../src/cache/lease.ts';
import { enter } from '../../../src/cache/presence.ts';
import { Store } from '../../../src/cache/store.ts';
import { indexIn, runsIn } from '../../../src/cache/store-directory.ts';
import { sweep, type Swept, type SweepRequest } from '../../../src/cache/sweep.ts';
import type { CacheKeyParts } from '../../../src/plan/cache-key.ts';
import { directoryWith } from '../../harness/files.ts';
import { digest, input, noInputs, outputFile, putBlobs, sampleEntry, sampleStep } from './sample.ts';

const key = digest('key');
const parts = { program: 'tsc' } as CacheKeyParts;
const MEGABYTE = 1_048_576;

/** An entry of one blob, whose name is its output's content. */
const entryOf = (blob: string, storedAt: number) =>
  sampleEntry(blob, { storedAt, fingerprint: { ...noInputs, files: [input('a', blob)] }, outputs: [outputFile('out', blob)] });

interface SweptStore {
  readonly store: Store;
  readonly directory: AbsolutePath;
  readonly publish: (entry: Entry, task?: string) => Promise<void>;
  readonly sweep: (request?: Partial<SweepRequest>) => Promise<Swept>;
  readonly ids: () => Promise<string[]>;
  readonly hasBlob: (blob: string) => boolean;
}

function sweptStore(): SweptStore {
  const store = Store.open(directoryWith({}));
  if (isFault(store)) throw new Error(store.detail);
  onTestFinished(() => store.release());
  const { directory } = store;
  return {
    store,
    directory,
    publish: async (entry, task) => {
      putBlobs(store.blobs, entry, MEGABYTE);
      expect(await store.publish(sampleStep(0, task), key, parts, entry)).toBe(undefined);
    },
    sweep: async (request = {}) => {
      await store.release();
      const swept = await sweep({ directory, bound: 100 * MEGABYTE, ...request });
      if (isFault(swept)) throw new Error(swept.detail);
      return swept;
    },
    ids: async () => {
      const again = Store.open(joinPath(directory, '..'));
      const candidates = isFault(again) ? again : await again.candidates(key);
      if (isFault(again) || isFault(candidates)) throw new Error('the store cannot be read');
      await again.release();
      return candidates.map(({ id }) => id);
    },
    hasBlob: (blob) => existsSync(blobPath(store.blobs, digest(blob))),
  };
}

describe('a sweep', () => {
  test('leaves a store alone that is within its bound', async () => {
    const { publish, sweep: swept, ids } = sweptStore();
    await publish(entryOf('a', 1));
    expect(await swept()).toMatchObject({ evicted: 0, dropped: 0, blobs: 0, waiting: 0 });
    expect(await ids()).toEqual(['a']);
  });

  test('evicts what was used longest ago, and its blobs', async () => {
    const { publish, sweep: swept, ids, hasBlob } = sweptStore();
    for (const [index, blob] of ['a', 'b', 'c', 'd'].entries()) await publish(entryOf(blob, index));
    expect(await swept({ bound: 3.5 * MEGABYTE })).toMatchObject({ evicted: 1, blobs: 1 });
    expect(await ids()).toEqual(['d', 'c', 'b']);
    expect(['a', 'b'].map(hasBlob)).toEqual([false, true]);
  });

  test('removes blobs that nothing refers to', async () => {
    const { store, publish, sweep: swept, hasBlob } = sweptStore();
    await publish(entryOf('a', 1));
    putBlobs(store.blobs, entryOf('orphan', 1), MEGABYTE);
    expect(await swept()).toMatchObject({ blobs: 1, bytes: MEGABYTE });
    expect(['a', 'orphan'].map(hasBlob)).toEqual([true, false]);
  });

  test('drops what it is told to', async () => {
    const { publish, sweep: swept, ids } = sweptStore();
    await publish(entryOf('a', 1), 'pkg#build');
    await publish(entryOf('b', 2), 'pkg#lint');
    expect(await swept({ drop: ({ label }) => label === 'pkg#lint' })).toMatchObject({ dropped: 1 });
    expect(await ids()).toEqual(['a']);
  });

  test('forgets the keys of steps of which nothing is stored any more', async () => {
    const { store, publish, sweep: swept } = sweptStore();
    await publish(entryOf('a', 1), 'pkg#build');
    await publish(entryOf('b', 2), 'pkg#lint');
    await swept({ drop: ({ label }) => label === 'pkg#lint' });
    expect(await store.lastKeyParts(sampleStep(0, 'pkg#build'))).toEqual(parts);
    expect(await store.lastKeyParts(sampleStep(0, 'pkg#lint'))).toBe(undefined);
  });

  test('removes the presence of runs that were killed', async () => {
    const { directory, sweep: swept } = sweptStore();
    const leave = enter(runsIn(directory));
    leave();
    writeFileSync(joinPath(runsIn(directory), '1.1.x'), '');
    await swept();
    expect(readdirSync(runsIn(directory))).toEqual([]);
  });

  test('is a fault, and no crash, where the index cannot be opened', async () => {
    const { directory } = sweptStore();
    writeFileSync(indexIn(directory), '');
    expect(await sweep({ directory, bound: 1 })).toMatchObject({ kind: 'fault' });
  });
});

describe('a thorough sweep', () => {
  test('drops entries that are damaged, that miss a blob, or of which only a part is recorded', async () => {
    const { directory, store, publish, sweep: swept, ids } = sweptStore();
    for (const [index, id] of ['damaged', 'blobless', 'unrecorded', 'sound'].entries()) await publish(entryOf(id, index));
    await store.release();
    rmSync(blobPath(store.blobs, digest('blobless')));
    const lease = new Lease(indexIn(directory));
    await lease.use(async (database) => {
      await database.put(`entry!${key}damaged`, Buffer.from('garbage'));
      await database.del(`about!${key}unrecorded`);
    });
    await lease.close();
    expect(await swept({ isThorough: true })).toMatchObject({ damaged: 3, dropped: 0 });
    expect(await ids()).toEqual(['sound']);
  });
});

describe('while another run goes on', () => {
  /** Times of files before the other run began. */
  const early = Date.now() / 1000 - 3600;

  test('its entries stay, however much too large the store is', async () => {
    const { directory, publish, sweep: swept, ids } = sweptStore();
    onTestFinished(enter(runsIn(directory)));
    await publish(entryOf('old', 1));
    await publish(entryOf('fresh', Date.now() + 1));
    expect(await swept({ bound: 1 })).toMatchObject({ evicted: 1 });
    expect(await ids()).toEqual(['fresh']);
  });

  test('the blobs of what is evicted stay, since it may have found them, and go when it has ended', async () => {
    const { directory, store, publish, sweep: swept, hasBlob } = sweptStore();
    await publish(entryOf('a', 1));
    utimesSync(blobPath(store.blobs, digest('a')), early, early);
    const leave = enter(runsIn(directory));
    expect(await swept({ bound: 1 })).toMatchObject({ evicted: 1, blobs: 0, waiting: MEGABYTE });
    expect(hasBlob('a')).toBe(true);
    leave();
    expect(await swept()).toMatchObject({ blobs: 1, waiting: 0 });
    expect(hasBlob('a')).toBe(false);
  });

  test('the blobs of what is replaced stay as well', async () => {
    const { directory, store, publish, sweep: swept, hasBlob } = sweptStore();
    await publish(entryOf('a', 1));
    utimesSync(blobPath(store.blobs, digest('a')), early, early);
    onTestFinished(enter(runsIn(directory)));
    await publish({ ...entryOf('b', 2), fingerprint: entryOf('a', 1).fingerprint });
    expect(await swept()).toMatchObject({ blobs: 0, waiting: MEGABYTE });
    expect(hasBlob('a')).toBe(true);
  });

  test('blobs that it has just written stay, and older ones go', async () => {
    const { directory, store, sweep: swept, hasBlob } = sweptStore();
    onTestFinished(enter(runsIn(directory)));
    putBlobs(store.blobs, entryOf('just', 1));
    putBlobs(store.blobs, entryOf('before', 1));
    utimesSync(blobPath(store.blobs, digest('before')), early, early);
    expect(await swept()).toMatchObject({ blobs: 1 });
    expect(['just', 'before'].map(hasBlob)).toEqual([true, false]);
  });
});

describe('what runs tell of the size', () => {
  test('is not known before somebody has counted', async () => {
    const { store } = sweptStore();
    store.countWritten(1000);
    expect(await store.leave()).toBe(undefined);
  });

  test('is what was counted and what was written since', async () => {
    const { store, publish, sweep: swept } = sweptStore();
    await publish(entryOf('a', 1));
    await swept();
    store.countWritten(1000);
    expect(await store.leave()).toBe(MEGABYTE + 1000);
  });

  test('is not known where a run cannot say how much it wrote', async () => {
    const { store, sweep: swept } = sweptStore();
    await swept();
    store.countWritten(undefined);
    expect(await store.leave()).toBe(undefined);
  });
});
