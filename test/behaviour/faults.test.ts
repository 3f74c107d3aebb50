import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { describe, expect, onTestFinished, test } from 'vitest';
import { buildCached, cachedWorkspace, failCached, troubleOf, wrongWarnings } from '../harness/faulty-workspace.ts';
import type { Rig, RunOptions } from '../harness/rig.ts';
import { cacheHome, damage, keepCache, type Damage } from '../harness/store-damage.ts';

const warning = /^warning: cache fault: .+\n$/;

// Every part of the cache and every damage: `test/property/faults.test.ts`.
describe('a damaged cache', () => {
  const damaged: readonly (readonly [string, Damage])[] = [
    ['v3/index/CURRENT', 'garbage'],
    ['v3/index', 'a file'],
    ['v3/blobs', 'a file'],
    ['tree/CURRENT', 'garbage'],
    ['v3/salt', 'a directory'],
  ];

  test.each(damaged)('costs a warning and heals: %s %s', async (path, how) => {
    const rig = await cachedWorkspace();
    await rig.remove('dist');
    damage(rig, path, how);
    const run = await rig.run(buildCached);
    expect(troubleOf(rig, run)).toEqual([]);
    expect(run.stderr).toMatch(warning);
    await expectHealed(rig);
  });

  const lost: readonly (readonly [string, Damage])[] = [
    ['', 'deleted'],
    ['v3/blobs', 'deleted'],
    ['tree', 'deleted'],
    ['stat-index', 'garbage'],
  ];

  test.each(lost)('costs a miss at most and heals: %s %s', async (path, how) => {
    const rig = await cachedWorkspace();
    await rig.remove('dist');
    damage(rig, path, how);
    expect(troubleOf(rig, await rig.run(buildCached))).toEqual([]);
    await expectHealed(rig);
  });

  test('leaves the exit code of a failure alone', async () => {
    const rig = await cachedWorkspace();
    damage(rig, 'v3/index/CURRENT', 'garbage');
    const run = await rig.run(failCached);
    expect(run.exitCode).toBe(3);
    expect(wrongWarnings(run.stderr)).toEqual([]);
    expect(rig.tree()['partial.txt']).toBe('partial\n');
  });
});

describe('a cache that may not be used', () => {
  const unprivileged: RunOptions = { isUnprivileged: true };
  const forbidden: readonly (readonly [string, Damage])[] = [
    ['', 'unreadable'],
    ['', 'read-only'],
    ['v3/index', 'read-only'],
    ['v3/blobs', 'read-only'],
    ['tree', 'read-only'],
  ];

  test.each(forbidden)('costs a warning at most, and is used again once it may be: %s %s', async (path, how) => {
    const rig = await cachedWorkspace(unprivileged);
    const restore = keepCache(rig);
    await rig.write({ 'source.txt': 'changed\n' });
    damage(rig, path, how);
    const run = await rig.run(buildCached, unprivileged);
    const failed = await rig.run(failCached, unprivileged);
    restore();
    rig.handOver();
    expect([...troubleOf(rig, run), ...wrongWarnings(failed.stderr)]).toEqual([]);
    expect(failed.exitCode).toBe(3);
    await expectHealed(rig, unprivileged);
  });
});

describe.skipIf(!mayMount())('a full disk', () => {
  test('costs a warning, and the cache works again once there is room', async () => {
    const rig = await cachedWorkspace();
    const disk = mountTmpfs(rig, '64k');
    const env = { REPRISE_CACHE_DIR: disk };
    await rig.remove('dist');
    const run = await rig.run(buildCached, { env });
    const failed = await rig.run(failCached, { env });
    expect(troubleOf(rig, run)).toEqual([]);
    expect(run.stderr).toMatch(warning);
    expect(failed.exitCode).toBe(3);
    execFileSync('mount', ['-o', 'remount,size=16m', disk]);
    await expectHealed(rig, { env });
  });

  test('a full checkout disk costs a warning at most', async () => {
    const rig = await cachedWorkspace();
    await rig.remove('node_modules', 'dist');
    mkdirSync(rig.path(cacheHome), { recursive: true });
    mountAt(rig.path(cacheHome), '64k');
    expect(troubleOf(rig, await rig.run(buildCached))).toEqual([]);
    expect((await rig.run(failCached)).exitCode).toBe(3);
  });
});

/** The second run from here on hits in silence, and what it restores is whole. */
async function expectHealed(rig: Rig, options: RunOptions = {}): Promise<void> {
  expect(troubleOf(rig, await rig.run(buildCached, options))).toEqual([]);
  await rig.remove('dist');
  const last = await rig.run(buildCached, options);
  expect(troubleOf(rig, last)).toEqual([]);
  expect({ hits: last.record?.totals.hits, stderr: last.stderr }).toEqual({ hits: 1, stderr: '' });
}

function mountTmpfs(rig: Rig, size: string): string {
  const place = `${rig.temp}/disk`;
  mkdirSync(place);
  mountAt(place, size);
  return place;
}

function mountAt(place: string, size: string): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'reprise-test', place]);
  onTestFinished(() => void execFileSync('umount', [place]));
}

function mayMount(): boolean {
  const place = mkdtempSync(`${tmpdir()}/reprise-mount-`);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4k', 'reprise-test', place], { stdio: 'ignore' });
    execFileSync('umount', [place]);
    return true;
  } catch {
    return false;
  } finally {
    rmdirSync(place);
  }
}
