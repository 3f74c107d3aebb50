import { mkdirSync, writeFileSync } from 'node:fs';
import { loadHasher, type Digest } from '../../src/base/digest.ts';
import { joinPath, type AbsolutePath, type WorkspacePath } from '../../src/base/path.ts';
import type { Cache } from '../../src/cache/cache.ts';
import { cachePlaces } from '../../src/cache/cache-places.ts';
import type { Entry } from '../../src/cache/entry.ts';
import { isFault } from '../../src/cache/fault.ts';
import { record } from '../../src/cache/record.ts';
import { closeCache, openCache } from '../../src/open-cache.ts';
import type { CacheKeyParts } from '../../src/plan/cache-key.ts';
import { poolInThread } from '../harness/pool-in-thread.ts';
import { Random } from '../harness/random.ts';
import { noInputs, sampleStep } from '../unit/cache/sample.ts';

/** The argument, as JSON, of a process that makes runs one after another, all with the same store. */
export interface StoreRuns {
  readonly root: AbsolutePath;
  readonly store: AbsolutePath;
  readonly maxBytes: number;
  readonly seed: number;
  readonly runs: number;
}

/** What it prints in the end, as JSON. */
export interface StoreRunsEnd {
  readonly problems: readonly string[];
  /** How often the index was not had in time, which is nobody's fault where many want it. */
  readonly waits: number;
  readonly stored: number;
  readonly restored: number;
  readonly missed: number;
}

const { root, store, maxBytes, seed, runs } = JSON.parse(process.argv[2] ?? '') as StoreRuns;
const random = new Random(seed);
const problems: string[] = [];
const counts = { stored: 0, restored: 0, missed: 0, waits: 0 };
const hasher = await loadHasher();
const places = cachePlaces(root, { directory: store, maxSize: { bytes: maxBytes } });

for (let run = 0; run < runs; run++) {
  const cache = await openCache(places, { pool: poolInThread(hasher), git: { isIgnored: () => false } });
  if (isFault(cache)) throw new Error(cache.detail);
  const found = await find(cache, random.below(4));
  for (let count = random.below(3); count > 0; count--) await put(cache);
  for (const one of found) await restore(cache, one);
  const trouble = await closeCache(cache, places);
  if (trouble) tell('closing', trouble.detail);
}
process.stdout.write(JSON.stringify({ problems, ...counts } satisfies StoreRunsEnd));

function tell(doing: string, detail: string): void {
  if (detail === 'the cache is in use by another run') counts.waits++;
  else problems.push(`${doing}: ${detail}`);
}

/** Stores a result under one of a few keys. Contents are few as well, so that entries share blobs, and other runs write the same ones. */
async function put(cache: Cache): Promise<void> {
  const key = random.below(40);
  const step = sampleStep(0, `app#task-${key}`);
  const names = Array.from({ length: 1 + random.below(3) }, () => `file-${random.below(60)}`);
  mkdirSync(root, { recursive: true });
  for (const name of names) writeFileSync(joinPath(root, name), contentOf(name));
  const states = await cache.states.read(names);
  const outputs = new Map(
    [...states].flatMap(([path, state]) => (state.kind === 'file' ? [[path as WorkspacePath, { state, blind: false }]] : [])),
  );
  const recorded = record(
    {
      step,
      root,
      ref: { key: digestOf(key), id: random.below(2 ** 32).toString(16) },
      parts: {} as CacheKeyParts,
      result: {
        fingerprint: { ...noInputs, absences: [`state-${random.below(6)}` as WorkspacePath] },
        outputs,
        removals: [],
        ignoredOutputs: [],
        notes: [],
      },
      execution: {
        exit: { kind: 'exited', code: 0 },
        startedAt: Date.now(),
        spawnedAt: Date.now(),
        endedAt: Date.now(),
        log: { segments: [], bytes: { kind: 'memory', buffer: Buffer.alloc(0) } },
        traced: { kind: 'off' },
        reported: { kind: 'off' },
      },
      objection: () => undefined,
    },
    cache.store,
    cache.pool,
  );
  const done = await recorded.done;
  if ('code' in done) tell('storing', 'detail' in done ? done.detail : done.code);
  else counts.stored++;
}

interface Found {
  readonly key: Digest;
  readonly entry: Entry;
}

/** Looks up some of the keys, and keeps one of the entries of each. */
async function find(cache: Cache, count: number): Promise<Found[]> {
  const found: Found[] = [];
  for (let left = count; left > 0; left--) {
    const key = digestOf(random.below(40));
    const candidates = await cache.store.candidates(key);
    if (isFault(candidates)) tell('looking up', candidates.detail);
    else if (candidates.length === 0) counts.missed++;
    else found.push({ key, entry: random.pick(candidates) });
  }
  return found;
}

/** An entry that was found must be whole, whoever removes it meanwhile. */
async function restore(cache: Cache, { key, entry }: Found): Promise<void> {
  const directory = joinPath(cache.scratch, String(random.next()));
  const staged = await cache.pool.stage({ step: '', blobs: cache.store.blobs, directory, pieces: piecesOf(entry) });
  if (isFault(staged)) tell('restoring', staged.detail);
  else counts.restored++;
  cache.store.touch(key, entry.id, Date.now());
}

function piecesOf({ outputs }: Entry): (Extract<Entry['outputs'][number], { kind: 'file' }> & { name: string })[] {
  return outputs.filter((output) => output.kind === 'file').map((output, index) => ({ ...output, name: String(index) }));
}

/** Bytes that no codec makes smaller; small ones go into packs. */
function contentOf(name: string): Buffer {
  const bytes = new Random(Number(name.slice('file-'.length)));
  return Buffer.from(Array.from({ length: 1000 * (1 + bytes.below(150)) }, () => bytes.below(256)));
}

function digestOf(key: number): Digest {
  return hasher.ofText(`key ${key}`);
}
