import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { expect, onTestFinished, test } from 'vitest';
import { bytesOnDisk } from '../../src/base/blob-path.ts';
import { loadHasher } from '../../src/base/digest.ts';
import { joinPath, type AbsolutePath } from '../../src/base/path.ts';
import { decodeEntry } from '../../src/cache/entry-codec.ts';
import { isFault } from '../../src/cache/fault.ts';
import { Lease } from '../../src/cache/lease.ts';
import { sum } from '../../src/cache/store-size.ts';
import { directoryWith } from '../harness/files.ts';
import { poolInThread } from '../harness/pool-in-thread.ts';
import { Random } from '../harness/random.ts';
import type { StoreRuns, StoreRunsEnd } from './store-runs.ts';

const phases = Number(process.env['REPRISE_ROUNDS'] ?? 60);
const firstSeed = Number(process.env['REPRISE_SEED'] ?? 0);
const maxBytes = 3_000_000;
const processes = 3;
const runsEach = 6;

test('runs that share a store, some of them killed, leave it within its bound and every entry whole', async () => {
  const directory = directoryWith({});
  const store = joinPath(directory, 'store');
  const main = await bundled();
  const problems: string[] = [];
  const counts = { runs: 0, kills: 0, stored: 0, restored: 0, missed: 0, waits: 0, entries: 0, largest: 0 };
  for (let seed = firstSeed; seed < firstSeed + phases; seed++) {
    const random = new Random(seed);
    const start = (part: number, runs: number) =>
      startRuns(main, { root: joinPath(directory, `root-${part}`), store, maxBytes, seed: seed * 10 + part, runs });
    const running = Array.from({ length: processes }, (_, part) => start(part, runsEach));
    counts.runs += processes * runsEach;
    if (random.chance(0.4)) {
      counts.kills++;
      // The moment is what is random here.
      setTimeout(() => running[0]?.child.kill('SIGKILL'), 60 + random.below(400));
    }
    for (const { ended } of running) tell(await ended);
    // One that was killed last is made good by the next.
    tell(await start(9, 1).ended);
    const size = sizeOf(joinPath(store, 'v3'));
    counts.largest = Math.max(counts.largest, size);
    if (size > maxBytes) problems.push(`seed ${seed}: ${size} bytes`);
    const whole = await entriesOf(joinPath(store, 'v3'), joinPath(directory, 'restored'));
    counts.entries += whole.entries;
    problems.push(...whole.problems.map((problem) => `seed ${seed}: ${problem}`));

    function tell(end: StoreRunsEnd | undefined): void {
      problems.push(...(end?.problems ?? []).map((problem) => `seed ${seed}: ${problem}`));
      for (const key of ['stored', 'restored', 'missed', 'waits'] as const) counts[key] += end?.[key] ?? 0;
    }
  }
  process.stdout.write(`store bound: ${phases} phases, ${JSON.stringify(counts)}\n`);
  expect(problems).toEqual([]);
  expect(counts.entries).toBeGreaterThan(0);
});

interface Running {
  readonly child: ChildProcess;
  /** `undefined` for one that was killed. */
  readonly ended: Promise<StoreRunsEnd | undefined>;
}

function startRuns(main: string, runs: StoreRuns): Running {
  const child = spawn(process.execPath, [main, JSON.stringify(runs)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const output: Buffer[] = [];
  child.stdout.on('data', (bytes: Buffer) => output.push(bytes));
  const ended = once(child, 'close').then(([code, signal]): StoreRunsEnd | undefined => {
    if (signal !== null) return undefined;
    if (code !== 0) throw new Error(`runs end with ${code}: ${JSON.stringify(runs)}`);
    return JSON.parse(Buffer.concat(output).toString()) as StoreRunsEnd;
  });
  return { child, ended };
}

/** Beside the packages that it needs. */
async function bundled(): Promise<string> {
  const modules = fileURLToPath(new URL('../../node_modules/.cache/', import.meta.url));
  mkdirSync(modules, { recursive: true });
  const directory = mkdtempSync(`${modules}/store-runs-`);
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const build = await rolldown({
    input: fileURLToPath(new URL('store-runs.ts', import.meta.url)),
    platform: 'node',
    external: ['level', 'lz4-napi'],
  });
  await build.write({ dir: directory, format: 'esm', entryFileNames: '[name].mjs', chunkFileNames: '[name].mjs' });
  await build.close();
  return `${directory}/store-runs.mjs`;
}

function sizeOf(directory: string): number {
  const names = readdirSync(directory, { recursive: true, encoding: 'utf8' });
  return sum(names.map((name) => lstatSync(`${directory}/${name}`)).map((stat) => (stat.isFile() ? bytesOnDisk(stat.size) : 0)));
}

/** Restores everything that is stored, without asking what is recorded of it. */
async function entriesOf(directory: AbsolutePath, target: AbsolutePath): Promise<{ entries: number; problems: string[] }> {
  const pool = poolInThread(await loadHasher());
  const lease = new Lease(joinPath(directory, 'index'));
  const stored = await lease.use((database) => database.iterator({ gte: 'entry!', lt: 'entry!~' }).all());
  await lease.close();
  if (isFault(stored)) return { entries: 0, problems: [stored.detail] };
  const problems: string[] = [];
  for (const [key, value] of stored) {
    const entry = decodeEntry(value);
    const files = entry?.outputs.filter((output) => output.kind === 'file') ?? [];
    const pieces = files.map((file, index) => ({ ...file, name: String(index) }));
    const staged = entry && (await pool.stage({ step: '', blobs: joinPath(directory, 'blobs'), directory: target, pieces }));
    if (staged === undefined || isFault(staged)) problems.push(`${key}: ${staged?.detail ?? 'damaged'}`);
    rmSync(target, { recursive: true, force: true });
  }
  return { entries: stored.length, problems };
}
