import { rmSync, writeFileSync } from 'node:fs';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Digest } from '../../../src/base/digest.ts';
import { joinPath } from '../../../src/base/path.ts';
import type { Entry, Fingerprint } from '../../../src/cache/entry.ts';
import { isFault } from '../../../src/cache/fault.ts';
import { lookUp, type Lookup } from '../../../src/cache/lookup.ts';
import { Programs } from '../../../src/cache/programs.ts';
import { Store } from '../../../src/cache/store.ts';
import type { CacheKeyParts } from '../../../src/plan/cache-key.ts';
import type { ReadyStep } from '../../../src/plan/planned.ts';
import { directoryWith } from '../../harness/files.ts';
import { digest, noInputs, outputFile, path, putBlobs, sampleEntry, sampleStep } from './sample.ts';
import { worldWith, type World } from './world.ts';

const key = digest('key');
const step = sampleStep(1);
const parts = { program: 'tsc', args: ['-b'], env: {}, envPrefix: {} } as unknown as CacheKeyParts;

interface LookupWorld extends World {
  readonly publish: (entry: Entry) => Promise<void>;
  readonly lookUp: (under?: Digest, now?: CacheKeyParts) => Promise<Lookup>;
  /** The content of files as they are now, as inputs. */
  readonly inputs: (...names: readonly string[]) => Promise<Fingerprint>;
}

async function lookupWorld(files: Readonly<Record<string, string>>): Promise<LookupWorld> {
  const world = await worldWith(files);
  const store = Store.open(directoryWith({}));
  if (isFault(store)) throw new Error(store.detail);
  onTestFinished(() => store.release());
  const git = { isIgnored: () => false };
  const ready: ReadyStep = {
    step,
    program: joinPath(world.root, 'tsc'),
    programName: 'tsc',
    argv0: 'tsc',
    args: ['-b'],
    cwd: world.root,
    env: { PATH: '/nowhere' },
    envPrefix: {},
    declaredEnv: {},
    ambientEnv: {},
    servedEnv: {},
  };
  return {
    ...world,
    publish: async (entry) => {
      putBlobs(store.blobs, entry);
      expect(await store.publish(step, key, parts, entry)).toBe(undefined);
    },
    lookUp: async (under = key, now = parts) =>
      lookUp(ready, under, now, { store, git, view: await world.view(step), programs: new Programs(world.states) }),
    inputs: async (...names) => {
      const states = await world.states.read(names);
      const inputs = names.map((at) => {
        const state = states.get(at);
        if (state?.kind !== 'file') throw new Error(`no file at ${at}`);
        return { path: path(at), digest: state.digest, executable: state.executable };
      });
      return { ...noInputs, files: inputs };
    },
  };
}

describe('a lookup', () => {
  test('finds nothing where nothing was ever stored', async () => {
    expect(await (await lookupWorld({})).lookUp()).toEqual({ kind: 'miss', reasons: [{ code: 'first-run' }], more: 0 });
  });

  test('tells which part of the key changed where something was stored under another', async () => {
    const world = await lookupWorld({});
    await world.publish(sampleEntry('e'));
    expect(await world.lookUp(digest('other'), { ...parts, args: ['-w'] })).toMatchObject({ reasons: [{ code: 'args-changed' }] });
    expect(await world.lookUp(digest('other'))).toMatchObject({ reasons: [{ code: 'first-run' }] });
  });

  test('finds the entry whose inputs are those of now, however old', async () => {
    const world = await lookupWorld({ a: '1' });
    for (const content of ['1', '2', '3']) {
      writeFileSync(joinPath(world.root, 'a'), content);
      await world.publish(sampleEntry(`e${content}`, { storedAt: Number(content), fingerprint: await world.inputs('a') }));
    }
    writeFileSync(joinPath(world.root, 'a'), '1');
    expect(await world.lookUp()).toMatchObject({ kind: 'hit', entry: { id: 'e1' } });
  });

  test('finds the newest of several that match', async () => {
    const world = await lookupWorld({ a: '1' });
    await world.publish(sampleEntry('old', { storedAt: 1, fingerprint: await world.inputs('a') }));
    await world.publish(sampleEntry('new', { storedAt: 2 }));
    expect(await world.lookUp()).toMatchObject({ kind: 'hit', entry: { id: 'new' } });
  });

  test('explains a miss by the candidate that is nearest, and the newest of two as near', async () => {
    const world = await lookupWorld({ a: '1', b: '1', c: '1' });
    await world.publish(sampleEntry('two', { storedAt: 1, fingerprint: await world.inputs('a', 'b') }));
    await world.publish(sampleEntry('one', { storedAt: 2, fingerprint: await world.inputs('a') }));
    await world.publish(sampleEntry('newest', { storedAt: 3, fingerprint: await world.inputs('a', 'b', 'c') }));
    for (const name of ['a', 'b', 'c']) writeFileSync(joinPath(world.root, name), 'changed');
    expect(await world.lookUp()).toEqual({ kind: 'miss', reasons: [{ code: 'input-changed', path: 'a', change: 'modified' }], more: 0 });
  });

  test('counts the reasons beyond those that it lists', async () => {
    const names = Array.from({ length: 60 }, (_, index) => `f${index + 10}`);
    const world = await lookupWorld(Object.fromEntries(names.map((name) => [name, ''])));
    await world.publish(sampleEntry('e', { fingerprint: await world.inputs(...names) }));
    for (const name of names) rmSync(joinPath(world.root, name));
    const answer = await world.lookUp();
    expect(answer).toMatchObject({ kind: 'miss', more: 10 });
    expect(answer.kind === 'miss' && answer.reasons.length).toBe(50);
  });

  test('misses where a hit would overwrite what is not its own', async () => {
    const world = await lookupWorld({ out: 'mine' });
    await world.publish(sampleEntry('e', { outputs: [outputFile('out', 'A')] }));
    expect(await world.lookUp()).toMatchObject({ kind: 'miss', reasons: [{ code: 'in-the-way', path: 'out' }] });
  });

  test('changes nothing', async () => {
    const world = await lookupWorld({ old: '' });
    await world.own(step, ['old']);
    await world.publish(sampleEntry('e', { outputs: [outputFile('new', 'A')] }));
    const answer = await world.lookUp();
    expect(answer.kind === 'hit' && [...answer.plan.changes.keys()]).toEqual(['old', 'new']);
    expect([...(await world.states.read(['old', 'new'])).values()]).toMatchObject([{ kind: 'file' }, { kind: 'absent' }]);
  });
});
