import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { availableCores, commandsAtOnce } from '../../../src/schedule/concurrency.ts';

test('without cgroups it is the number of cores', () => {
  expect(availableCores(machine(6, {}))).toBe(6);
});

test('a cgroup v2 quota limits the cores', () => {
  const files = { 'proc/self/cgroup': '0::/user.slice/job\n', 'sys/fs/cgroup/user.slice/job/cpu.max': '250000 100000\n' };
  expect(availableCores(machine(8, files))).toBe(2);
});

test('the smallest quota on the way up counts', () => {
  const files = {
    'proc/self/cgroup': '0::/pod/container\n',
    'sys/fs/cgroup/pod/container/cpu.max': 'max 100000\n',
    'sys/fs/cgroup/pod/cpu.max': '300000 100000\n',
    'sys/fs/cgroup/cpu.max': '500000 100000\n',
  };
  expect(availableCores(machine(8, files))).toBe(3);
});

test('the quota of a container is found where its path is that of the host', () => {
  const files = { 'proc/self/cgroup': '0::/docker/4f2a\n', 'sys/fs/cgroup/cpu.max': '200000 100000\n' };
  expect(availableCores(machine(8, files))).toBe(2);
});

test('a cgroup v1 quota limits the cores', () => {
  const files = {
    'proc/self/cgroup': '12:memory:/job\n4:cpu,cpuacct:/job\n0::/\n',
    'sys/fs/cgroup/cpu/job/cpu.cfs_quota_us': '400000\n',
    'sys/fs/cgroup/cpu/job/cpu.cfs_period_us': '100000\n',
  };
  expect(availableCores(machine(8, files))).toBe(4);
});

test('a cgroup v1 quota of -1 is none', () => {
  const files = {
    'proc/self/cgroup': '4:cpu:/\n',
    'sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1\n',
    'sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n',
  };
  expect(availableCores(machine(8, files))).toBe(8);
});

test('less than one core is one', () => {
  const files = { 'proc/self/cgroup': '0::/\n', 'sys/fs/cgroup/cpu.max': '50000 100000\n' };
  expect(availableCores(machine(8, files))).toBe(1);
});

test('a quota above the number of cores does not raise it', () => {
  const files = { 'proc/self/cgroup': '0::/\n', 'sys/fs/cgroup/cpu.max': '900000 100000\n' };
  expect(availableCores(machine(4, files))).toBe(4);
});

test.each([
  [{ count: 12 }, 12],
  [{ percentOfCores: 50 }, 4],
  [{ percentOfCores: 1 }, 1],
  [{ percentOfCores: 200 }, 16],
  ['unlimited', Infinity],
] as const)('of the limit %j on 8 cores %d run at once', (limit, commands) => {
  expect(commandsAtOnce(limit, 8)).toBe(commands);
});

function machine(cores: number, files: Readonly<Record<string, string>>) {
  const root = mkdtempSync(join(tmpdir(), 'reprise-cgroup-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return { cores, root };
}
