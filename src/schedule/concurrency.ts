import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { codeOf } from '../base/files.ts';
import type { ConcurrencyLimit } from '../plan/planned.ts';

export interface Machine {
  readonly cores: number;
  /** Where `/proc` and `/sys` are looked for. */
  readonly root: string;
}

/** The cores that the runner may really use: what it is bound to, or the CPU quota of its cgroups if that is less. */
export function availableCores({ cores, root }: Machine = { cores: availableParallelism(), root: '/' }): number {
  return Math.max(1, Math.min(cores, Math.floor(cgroupQuota(root))));
}

/** How many commands a limit lets run at once on a machine with so many cores. */
export function commandsAtOnce(limit: ConcurrencyLimit, cores: number): number {
  if (limit === 'unlimited') return Infinity;
  return 'count' in limit ? limit.count : Math.max(1, Math.floor((cores * limit.percentOfCores) / 100));
}

/** In cores; `Infinity` where no cgroup from the runner's own up to the root sets a quota. */
function cgroupQuota(root: string): number {
  const quotas = cgroupsOf(root).flatMap(({ mount, path, read }) => upwards(path).map((directory) => read(join(root, mount, directory))));
  return Math.min(Infinity, ...quotas);
}

interface Cgroup {
  readonly mount: string;
  readonly path: string;
  readonly read: (directory: string) => number;
}

/**
 * Lines are `<id>:<controllers>:<path>`; version 2 has no controllers. In a container the path may be that of the host
 * and not exist below the mount; the quota of the container is then found at the mount itself.
 */
function cgroupsOf(root: string): Cgroup[] {
  const lines = readIfPossible(join(root, 'proc/self/cgroup')).split('\n');
  return lines.flatMap((line): Cgroup[] => {
    const [, controllers, path] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (controllers === undefined || path === undefined) return [];
    if (controllers === '') return [{ mount: 'sys/fs/cgroup', path, read: quotaOfVersion2 }];
    if (!controllers.split(',').includes('cpu')) return [];
    return [{ mount: 'sys/fs/cgroup/cpu', path, read: quotaOfVersion1 }];
  });
}

function upwards(path: string): string[] {
  const parts = path.split('/').filter((part) => part !== '');
  return [...parts.map((_, index) => parts.slice(0, parts.length - index).join('/')), ''];
}

/** `max 100000` or `150000 100000`. */
function quotaOfVersion2(directory: string): number {
  const [quota, period] = readIfPossible(join(directory, 'cpu.max')).split(' ');
  return toCores(quota, period);
}

/** A quota of -1 means none. */
function quotaOfVersion1(directory: string): number {
  return toCores(readIfPossible(join(directory, 'cpu.cfs_quota_us')), readIfPossible(join(directory, 'cpu.cfs_period_us')));
}

function toCores(quota: string | undefined, period: string | undefined): number {
  const cores = Number.parseInt(quota ?? '', 10) / Number.parseInt(period ?? '', 10);
  return cores > 0 ? cores : Infinity;
}

/** A file that is not there or may not be read sets no quota. */
function readIfPossible(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (codeOf(error) !== undefined) return '';
    throw error;
  }
}
