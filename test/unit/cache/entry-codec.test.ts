import { expect, test } from 'vitest';
import { decodeEntry, encodeEntry } from '../../../src/cache/entry-codec.ts';
import type { Entry } from '../../../src/cache/entry.ts';
import { Random } from '../../harness/random.ts';
import { digest, input, noInputs, outputFile, path, sampleEntry } from './sample.ts';

const full: Entry = sampleEntry('e', {
  fingerprint: {
    files: [input('a', 'a'), { ...input('b/\udcff', 'b'), executable: true }],
    absences: [path('c\udc80')],
    links: [{ path: path('l'), target: '\0src' }],
    directories: [path('d')],
    listings: [{ path: path(''), names: ['da', 'fb\udc81'], own: false }],
    declared: [input('e')],
    programs: [{ name: 'node', digest: digest('node') }],
    ambient: { CI: digest('true'), TZ: null },
    asked: {
      names: [
        { name: '__proto__', digest: digest('p') },
        { name: 'NO\udc80', digest: null },
      ],
      sets: [
        { pattern: { glob: 'A_*' }, values: [{ name: 'A_1', digest: digest('1') }] },
        { pattern: { prefix: 'B_' }, values: [] },
      ],
    },
    read: [
      { name: 'HOME\udc80', digest: digest('h') },
      { name: 'USER', digest: null },
    ],
    ignoredInputs: [path('cache\udc80'), path('..')],
  },
  outputs: [
    outputFile('dist/é\udc90', 'x', { mode: 0o755, blind: true }),
    { kind: 'directory', path: path('dist'), mode: 0o700, blind: false },
    { kind: 'link', path: path('dist/l'), target: '../\udc80', blind: false },
  ],
  removals: [path('old')],
  ignoredOutputs: [path('cache')],
  log: { segments: [{ stream: 'stderr', length: 2 }], bytes: { kind: 'inline', buffer: Uint8Array.of(0, 255) } },
  notes: ['used the network (h:1)'],
});

test('an entry comes back as it was, names that are not UTF-8 and all', () => {
  const decoded = decodeEntry(encodeEntry(full));
  expect(decoded).toEqual({ ...full, log: { ...full.log, bytes: { kind: 'inline', buffer: expect.anything() } } });
  const bytes = decoded?.log.bytes;
  expect(bytes?.kind === 'inline' && Buffer.from(bytes.buffer)).toEqual(Buffer.of(0, 255));
});

test('an entry without declared inputs comes back without', () => {
  expect(decodeEntry(encodeEntry(sampleEntry('e')))?.fingerprint).toEqual(noInputs);
});

test.for([Buffer.alloc(0), Buffer.from('garbage'), encodeEntry(full).subarray(0, 40), encodeEntry(full).subarray(1)])(
  'bytes that are no entry are none (%#)',
  (bytes) => {
    expect(decodeEntry(bytes)).toBe(undefined);
  },
);

test('bytes that lost their end are no entry', () => {
  const bytes = encodeEntry(full);
  const kept = Array.from({ length: bytes.length }, (_, length) => decodeEntry(bytes.subarray(0, length)));
  expect(kept.filter((entry) => entry !== undefined)).toEqual([]);
});

test('bytes of which one is another are no entry', () => {
  const random = new Random(3);
  const bytes = encodeEntry(full);
  const damaged = Array.from(bytes, (byte, index) => {
    const other = Buffer.from(bytes);
    other[index] = byte ^ (1 + random.below(255));
    return decodeEntry(other);
  });
  expect(damaged.filter((entry) => entry !== undefined)).toEqual([]);
});
