import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { joinPath, type AbsolutePath } from '../../../src/base/path.ts';
import { Lease, type Database } from '../../../src/cache/lease.ts';
import { directoryWith } from '../../harness/files.ts';

const put = (key: string) => (database: Database) => database.put(key, Buffer.from('1'));
const keys = (database: Database) => database.keys().all();
const inUse = { kind: 'fault', detail: 'the cache is in use by another run' };

function leaseOf(location: AbsolutePath): Lease {
  const lease = new Lease(location);
  onTestFinished(() => lease.close());
  return lease;
}

/** Another process that holds the database until it is told to give it back. */
async function held(location: AbsolutePath): Promise<{ giveBack: () => void }> {
  const holder = spawn(process.execPath, [fileURLToPath(new URL('lease-holder.mjs', import.meta.url)), location], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(() => void holder.kill());
  await once(holder.stdout, 'data');
  return { giveBack: () => holder.stdin.end() };
}

/** Files of a database that held something when it was last opened, so that it is in a table. */
async function written(): Promise<AbsolutePath> {
  const location = joinPath(directoryWith({}), 'index');
  const lease = new Lease(location);
  await lease.use((database) => database.put('a', Buffer.alloc(20_000, 1)));
  await lease.close();
  await lease.use(keys);
  await lease.close();
  return location;
}

describe('a lease', () => {
  test('keeps what is put under it', async () => {
    const location = joinPath(directoryWith({}), 'a/b');
    const first = leaseOf(location);
    await Promise.all([first.use(put('a')), first.use(put('b'))]);
    await first.close();
    expect(await leaseOf(location).use(keys)).toEqual(['a', 'b']);
  });

  test('is passed to and fro by two who use it at the same time', async () => {
    const location = joinPath(directoryWith({}), 'index');
    const [one, two] = [leaseOf(location), leaseOf(location)];
    const names = Array.from({ length: 20 }, (_, index) => `${index + 10}`);
    await Promise.all(names.map((name, index) => (index % 2 === 0 ? one : two).use(put(name))));
    expect(await one.use(keys)).toEqual(names);
  });

  test('waits for another process that gives it back', async () => {
    const location = joinPath(directoryWith({}), 'index');
    const holder = await held(location);
    const answer = leaseOf(location).use(keys);
    holder.giveBack();
    expect(await answer).toEqual([]);
  });

  test('is a fault when another process does not give it back, and does not wait again', async () => {
    const location = joinPath(directoryWith({}), 'index');
    await held(location);
    const lease = leaseOf(location);
    const startedAt = Date.now();
    expect(await lease.use(keys)).toEqual(inUse);
    const waitedUntil = Date.now();
    expect(await lease.use(keys)).toEqual(inUse);
    expect(waitedUntil - startedAt).toBeLessThan(2000);
    expect(Date.now() - waitedUntil).toBeLessThan(200);
  });

  test('waits with a note beside the database, which goes once it is held', async () => {
    const location = joinPath(directoryWith({}), 'index');
    const holder = await held(location);
    const answer = leaseOf(location).use(keys);
    const note = `${location}.wanted`;
    await vi.waitUntil(() => existsSync(note));
    holder.giveBack();
    await answer;
    expect(existsSync(note)).toBe(false);
  });

  test('is passed on in a long burst to who has left a note, and kept where nobody has', async () => {
    const location = joinPath(directoryWith({}), 'index');
    const lease = leaseOf(location);
    const handles = await lease.use((database) => Promise.resolve(database));
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 10_000 });
    onTestFinished(() => void vi.useRealTimers());
    await lease.use(keys);
    expect(await lease.use((database) => Promise.resolve(database === handles))).toBe(true);
    writeFileSync(`${location}.wanted`, '');
    vi.setSystemTime(Date.now() + 10_000);
    await lease.use(keys);
    expect(await lease.use((database) => Promise.resolve(database === handles))).toBe(false);
  });

  test('throws a bug of its user on', async () => {
    const lease = leaseOf(joinPath(directoryWith({}), 'index'));
    await expect(lease.use(() => Promise.reject(new TypeError('bug')))).rejects.toThrow('bug');
    expect(await lease.use(keys)).toEqual([]);
  });
});

describe('a database that is damaged', () => {
  const garbage = Buffer.alloc(3000, 7);
  test.for([
    ['CURRENT', Buffer.from('x')],
    ['CURRENT', Buffer.from('MANIFEST-999999\n')],
    ['MANIFEST', Buffer.alloc(0)],
    ['MANIFEST', garbage],
    ['.ldb', garbage],
    ['.ldb', Buffer.alloc(0)],
  ] as const)('in %s is a fault once, and empty from then on', async ([part, bytes]) => {
    const location = await written();
    for (const name of readdirSync(location)) if (name.includes(part)) writeFileSync(joinPath(location, name), bytes);
    expect(await leaseOf(location).use(keys)).toMatchObject({ kind: 'fault' });
    expect(await leaseOf(location).use(keys)).toEqual([]);
  });

  test('is not one that cannot be made', async () => {
    const root = directoryWith({ 'current/file': 'mine' });
    expect(await leaseOf(joinPath(root, 'current/file/index')).use(keys)).toMatchObject({ kind: 'fault' });
    expect(existsSync(joinPath(root, 'current/file'))).toBe(true);
  });
});
