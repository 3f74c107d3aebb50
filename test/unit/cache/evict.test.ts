import { describe, expect, test } from 'vitest';
import { chooseEvictions, type Eviction } from '../../../src/cache/evict.ts';
import type { Holding } from '../../../src/cache/store-records.ts';
import { digest } from './sample.ts';

/** An entry of 1 byte that refers to blobs. */
function holding(entry: string, lastUse: number, ...blobs: readonly string[]): Holding {
  return { entry, task: 'a#build', label: 'a#build', index: 0, bytes: 1, lastUse, blobs: blobs.map(digest) };
}

const blobBytes = new Map(['x', 'y', 'z'].map((blob) => [digest(blob), 100]));

function evicted(holdings: readonly Holding[], eviction: Partial<Eviction>): string[] {
  const usual: Eviction = { excess: 1, slack: 0, inUseSince: Infinity, ownSince: Infinity };
  return chooseEvictions(holdings, blobBytes, { ...usual, ...eviction }).map(({ entry }) => entry);
}

const three = [holding('new', 3, 'x'), holding('old', 1, 'y'), holding('middle', 2, 'z')];

describe('what is evicted', () => {
  test('was used longest ago', () => {
    expect(evicted(three, { excess: 101 })).toEqual(['old']);
    expect(evicted(three, { excess: 102 })).toEqual(['old', 'middle']);
  });

  test('is nothing where nothing is too much', () => expect(evicted(three, { excess: 0 })).toEqual([]));

  test('is everything where that is not enough', () => expect(evicted(three, { excess: 1000 })).toEqual(['old', 'middle', 'new']));

  test('frees a blob only with the last entry that refers to it', () => {
    const sharing = [holding('first', 1, 'x'), holding('second', 2, 'x'), holding('third', 3, 'y')];
    expect(evicted(sharing, { excess: 50 })).toEqual(['first', 'second']);
  });

  test('is more than is asked for, so that there is room for a while', () => {
    expect(evicted(three, { excess: 1, slack: 150 })).toEqual(['old', 'middle']);
  });

  test('was not used since a run began that goes on', () => expect(evicted(three, { excess: 1000, inUseSince: 2 })).toEqual(['old']));

  test('is what this run used only as far as the bound asks', () => {
    expect(evicted(three, { excess: 102, slack: 1000, ownSince: 2 })).toEqual(['old', 'middle']);
  });
});
