import { describe, expect, onTestFinished, test } from 'vitest';
import { joinPath, type AbsolutePath, type WorkspacePath } from '../../../src/base/path.ts';
import { Lease } from '../../../src/cache/lease.ts';
import { Ledger } from '../../../src/cache/ledger.ts';
import type { Claimant } from '../../../src/cache/owners.ts';
import type { LeftState } from '../../../src/cache/ownership.ts';
import { directoryWith } from '../../harness/files.ts';
import { digest, path, sampleStep } from './sample.ts';

const root = '/w' as AbsolutePath;
const [one, two, other] = [sampleStep(0), sampleStep(1), sampleStep(0, 'pkg#other')];
const ref = { key: digest('key'), id: 'id' };

function left(...names: readonly string[]): Map<WorkspacePath, { left: LeftState; made: boolean }> {
  return new Map(names.map((name) => [path(name), { left: { kind: 'file', digest: digest(name), mode: 0o644 }, made: true }]));
}

async function opened(location: AbsolutePath, at = root, around: readonly Claimant[] = []): Promise<Ledger> {
  const ledger = new Ledger(new Lease(location), at, around);
  onTestFinished(() => ledger.release());
  expect(await ledger.load()).toBe(undefined);
  return ledger;
}

async function saved(ledger: Ledger): Promise<void> {
  expect(await ledger.save()).toBe(undefined);
  await ledger.release();
}

describe('a ledger', () => {
  test('names the last who claimed a path', async () => {
    const ledger = await opened(joinPath(directoryWith({}), 'tree'));
    ledger.claim(one, left('a', 'b'), undefined);
    ledger.claim(other, left('b', 'c'), undefined);
    expect([...ledger.ofTask(one.task).keys()]).toEqual(['a']);
    expect([...ledger.ofTask(other.task).keys()]).toEqual(['b', 'c']);
    expect(ledger.ownerOf(path('b'))).toMatchObject({ owner: other.owner, index: 0, made: true });
  });

  test('gives up what its owner does not claim again', async () => {
    const ledger = await opened(joinPath(directoryWith({}), 'tree'));
    ledger.claim(one, left('a', 'b'), undefined);
    ledger.claim(one, left('b'), undefined);
    expect([ledger.ownerOf(path('a')), ledger.ownerOf(path('b'))?.owner]).toEqual([undefined, one.owner]);
  });

  test('knows the steps of a task apart, and together', async () => {
    const ledger = await opened(joinPath(directoryWith({}), 'tree'));
    ledger.claim(one, left('a'), undefined);
    ledger.claim(two, left('b'), ref);
    expect([...ledger.ofTask(one.task)].map(([at, { index }]) => [at, index])).toEqual([
      ['a', 0],
      ['b', 1],
    ]);
    expect([ledger.lastEntry(one.owner), ledger.lastEntry(two.owner)]).toEqual([undefined, ref]);
  });

  test('is the same when it is opened again', async () => {
    const location = joinPath(directoryWith({}), 'tree');
    const ledger = await opened(location);
    const states = new Map([
      ...left('a\udcff'),
      [path('d'), { left: { kind: 'directory', mode: 0o700 } as const, made: false }],
      [path('l'), { left: { kind: 'link', target: '\0x' } as const, made: true }],
    ]);
    ledger.claim(one, states, ref);
    ledger.claim(other, left('gone'), undefined);
    ledger.claim(two, left('gone'), undefined);
    await saved(ledger);
    const again = await opened(location);
    expect(again.ofTask(one.task)).toEqual(ledger.ofTask(one.task));
    expect(again.ofTask(other.task).size).toBe(0);
    expect(again.lastEntry(one.owner)).toEqual(ref);
  });

  test('is empty in another checkout, and after it', async () => {
    const location = joinPath(directoryWith({}), 'tree');
    const ledger = await opened(location);
    ledger.claim(one, left('a'), undefined);
    await saved(ledger);
    const elsewhere = await opened(location, '/elsewhere' as AbsolutePath);
    expect(elsewhere.ofTask(one.task).size).toBe(0);
    await elsewhere.release();
    expect((await opened(location)).ofTask(one.task).size).toBe(0);
  });

  test('does not know what a damaged record was about, and knows the others', async () => {
    const location = joinPath(directoryWith({}), 'tree');
    const ledger = await opened(location);
    ledger.claim(one, left('a'), undefined);
    ledger.claim(other, left('b'), undefined);
    await saved(ledger);
    const lease = new Lease(location);
    await lease.use((database) => database.put(`owner!${one.owner}`, Buffer.from('garbage')));
    await lease.close();
    const again = await opened(location);
    expect([again.ownerOf(path('a')), again.ownerOf(path('b'))?.owner]).toEqual([undefined, other.owner]);
  });

  test('that cannot be opened is a fault', async () => {
    const ledger = new Ledger(new Lease(joinPath(directoryWith({ file: '' }), 'file/tree')), root);
    expect(await ledger.load()).toMatchObject({ kind: 'fault' });
  });
});

describe('what a run inside a step claims', () => {
  const around = [{ owner: other.owner, task: other.task, index: other.index }];

  async function claimedInside(): Promise<AbsolutePath> {
    const location = joinPath(directoryWith({}), 'tree');
    const inside = await opened(location, root, around);
    inside.claim(one, left('a', 'b'), ref);
    await saved(inside);
    return location;
  }

  test('is also that step’s', async () => {
    const ledger = await opened(await claimedInside());
    expect([...ledger.ofTask(one.task).keys()]).toEqual(['a', 'b']);
    expect([...ledger.ofTask(other.task)].map(([at, { owner, index }]) => [at, owner, index])).toEqual([
      ['a', other.owner, 0],
      ['b', other.owner, 0],
    ]);
  });

  test('stays the inner one’s when that step claims it, which may have left it otherwise', async () => {
    const ledger = await opened(await claimedInside());
    const changed = { left: { kind: 'file', digest: digest('changed'), mode: 0o644 }, made: true } as const;
    ledger.claim(other, new Map([...left('a', 'c'), [path('b'), changed]]), undefined);
    expect(ledger.ownerOf(path('b'))).toMatchObject({ owner: one.owner, left: changed.left });
    expect(ledger.lastEntry(one.owner)).toEqual({ ...ref, isOld: true });
    expect([...ledger.ofTask(other.task).keys()].toSorted()).toEqual(['a', 'b', 'c']);
  });

  test('is no longer that step’s when a run elsewhere leaves it otherwise', async () => {
    const ledger = await opened(await claimedInside());
    ledger.claim(one, left('a', 'b'), ref);
    expect(ledger.ofTask(other.task).size).toBe(2);
    ledger.claim(one, left('a'), ref);
    expect(ledger.ofTask(other.task).size).toBe(0);
  });

  test('is known to the run around it once that has read it again', async () => {
    const location = joinPath(directoryWith({}), 'tree');
    const outer = await opened(location);
    outer.claim(two, left('z'), undefined);
    await saved(outer);
    const inside = await opened(location, root, around);
    inside.claim(one, left('a'), undefined);
    await saved(inside);
    outer.claim(two, left('y'), undefined);
    expect(await outer.load()).toBe(undefined);
    expect([...outer.ofTask(one.task).keys()].toSorted()).toEqual(['a', 'y']);
    expect([...outer.ofTask(other.task).keys()]).toEqual(['a']);
  });
});
