import type { Digest } from '../base/digest.ts';
import type { PlannedStep } from '../plan/planned.ts';
import type { Entry } from './entry.ts';
import type { Database } from './lease.ts';
import { seal, unseal } from './seal.ts';

/** The records of a store's index, by the beginning of their keys. `ENTRY`, `ABOUT` and `USED` go on with an `EntryKey`. */
export const ENTRY = 'entry!';
export const USED = 'used!';
/** What there is to know of an entry without reading it. */
export const ABOUT = 'about!';
export const LAST_KEY = 'last-key!';
/** How many bytes of blobs were counted, and written since. */
const USAGE = 'usage';
/** Another value each time an entry comes to refer to blobs. */
export const GENERATION = 'generation';

/** The 32 digits of a cache key and the id of one of its entries. */
export type EntryKey = string;

/** An entry as those see it who only care for what is stored and who uses it. */
export interface Holding {
  readonly entry: EntryKey;
  /** `<package directory>#<task name>`. */
  readonly task: string;
  readonly label: string;
  /** The step's index in its task. */
  readonly index: number;
  /** In the index, before compression. */
  readonly bytes: number;
  readonly lastUse: number;
  readonly blobs: readonly Digest[];
}

type StoredHolding = Omit<Holding, 'entry' | 'lastUse'> & { readonly storedAt: number };

export function encodeAbout({ task, label, index }: PlannedStep, entry: Entry, bytes: number): Buffer {
  const about: StoredHolding = { task, label, index, bytes, blobs: blobsOf(entry), storedAt: entry.storedAt };
  return seal(about);
}

/** Every blob that an entry refers to, once. */
export function blobsOf({ outputs, log }: Entry): Digest[] {
  const blobs = outputs.flatMap((output) => (output.kind === 'file' ? [output.place.blob] : []));
  return [...new Set(log.bytes.kind === 'blob' ? [...blobs, log.bytes.blob] : blobs)];
}

/** All that is held, or that of keys which begin with `start`. An entry that this does not give has lost its records, and nobody keeps its blobs. */
export async function readHoldings(database: Database, start = ''): Promise<Holding[]> {
  const [about, used] = await Promise.all([ABOUT, USED].map((kind) => database.iterator(rangeOf(kind, start)).all()));
  const uses = new Map(used?.map(([key, value]) => [key.slice(USED.length), Number(value)]));
  return (about ?? []).flatMap(([key, value]) => {
    const stored = unseal(value) as StoredHolding | undefined;
    const entry = key.slice(ABOUT.length);
    if (stored === undefined) return [];
    const { storedAt, ...rest } = stored;
    return [{ entry, ...rest, lastUse: Math.max(storedAt, uses.get(entry) ?? 0) }];
  });
}

/** Takes entries out of the index, with all that is recorded of them. */
export function removalsOf(entries: readonly EntryKey[]): { type: 'del'; key: string }[] {
  return entries.flatMap((entry) => [ENTRY, USED, ABOUT].map((kind) => ({ type: 'del' as const, key: kind + entry })));
}

/** What is recorded of entries and of steps of which nothing is held any more. */
export async function staleRecords(database: Database, holdings: readonly Holding[]): Promise<string[]> {
  const entries = new Set(holdings.map(({ entry }) => entry));
  const steps = new Set(holdings.map(stepIdentity));
  const [used, lastKeys] = await Promise.all([USED, LAST_KEY].map((kind) => database.keys(rangeOf(kind)).all()));
  return [
    ...(used ?? []).filter((key) => !entries.has(key.slice(USED.length))),
    ...(lastKeys ?? []).filter((key) => !steps.has(key.slice(LAST_KEY.length))),
  ];
}

/** Under which the key of a step's last run is remembered. */
export function stepIdentity({ task, index }: Pick<Holding, 'task' | 'index'>): string {
  return `${task} ${index}`;
}

/** The records of a kind, or those whose entry's key begins with `start`. */
export function rangeOf(kind: string, start = ''): { gte: string; lt: string } {
  return { gte: kind + start, lt: `${kind}${start}~` };
}

/** The beginnings of all keys of entries, in order: to do in pieces, between which other runs get at the index, what takes long. */
export const keyStarts: readonly string[] = Array.from({ length: 256 }, (_, index) => index.toString(16).padStart(2, '0'));

/** `undefined`: nobody has counted, or the count is known to be wrong. */
export async function readUsage(database: Database): Promise<number | undefined> {
  const bytes = Number((await database.get(USAGE)) ?? Number.NaN);
  return Number.isFinite(bytes) ? bytes : undefined;
}

export async function writeUsage(database: Database, bytes: number | undefined): Promise<void> {
  await (bytes === undefined ? database.del(USAGE) : database.put(USAGE, Buffer.from(String(bytes))));
}
