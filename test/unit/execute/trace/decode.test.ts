import { describe, expect, test } from 'vitest';
import { decodeEvents, decodeTrace } from '../../../../src/execute/trace/decode.ts';
import type { Frame } from '../../../../src/execute/trace/report-frames.ts';

const empty = Buffer.alloc(0);
const end: Frame = { kind: 'end', notifications: 5, cpuMs: 1.5 };

describe('a record', () => {
  test('without a stamp is of something that was not there', () => {
    expect(decodeEvents(record({ kind: 1, path: '/w/x' }))).toEqual([{ kind: 'read', path: '/w/x', nofollow: false }]);
    expect(decodeEvents(record({ kind: 2, flags: 1, path: '/w/x' }))).toEqual([{ kind: 'stat', path: '/w/x', nofollow: true }]);
  });

  test('has a stamp as node computes it', () => {
    const [event] = decodeEvents(record({ kind: 5, flags: 2, path: '/w/x', before: stamp }));
    expect(event).toEqual({ kind: 'write', path: '/w/x', keeps: true, before: decodedStamp });
  });

  test('may have a second path and its stamp', () => {
    const rename = record({ kind: 9, flags: 4, path: '/w/a', to: '/w/b', before: stamp, toBefore: stamp });
    const expected = { kind: 'rename', path: '/w/a', to: '/w/b', exchange: true, before: decodedStamp, beforeTo: decodedStamp };
    expect(decodeEvents(rename)).toEqual([expected]);
    expect(decodeEvents(record({ kind: 10, path: '/w/a', to: '/w/b', before: stamp }))).toEqual([
      { kind: 'link', path: '/w/a', to: '/w/b', before: decodedStamp },
    ]);
  });

  test('may have names, of any bytes', () => {
    const names = [
      { kind: 'f', name: Buffer.from('é') },
      { kind: 'l', name: Buffer.from([0x61, 0xff]) },
    ];
    const [event] = decodeEvents(record({ kind: 4, path: '/w', before: stamp, names }));
    expect(event).toMatchObject({
      kind: 'list',
      names: [
        { kind: 'f', name: 'é' },
        { kind: 'l', name: 'a\udcff' },
      ],
    });
  });

  test('that was taken back does not count', () => {
    expect(decodeEvents(Buffer.concat([record({ kind: 0, path: '/w/longer' }), record({ kind: 7, path: '/w/x' })]))).toEqual([
      { kind: 'remove', path: '/w/x' },
    ]);
  });

  test.each(nonsense())('%s ends what is read', (_, bytes) => {
    const good = record({ kind: 7, path: '/w/x' });
    expect(decodeEvents(Buffer.concat([good, bytes]))).toEqual([{ kind: 'remove', path: '/w/x' }]);
  });
});

describe('a trace', () => {
  test('has the variables that were asked for beside its events', () => {
    const records = [
      record({ kind: 13, flags: 32, path: 'USER', to: '/usr/bin/node' }),
      record({ kind: 1, path: '/w/x' }),
      record({ kind: 13, path: 'NO\u00e9', to: '/usr/bin/git' }),
    ];
    expect(decodeTrace([{ kind: 'events', records: Buffer.concat(records) }, end])).toMatchObject({
      events: [{ kind: 'read', path: '/w/x' }],
      variables: [
        { name: 'USER', program: '/usr/bin/node', isSet: true },
        { name: 'NO\u00e9', program: '/usr/bin/git', isSet: false },
      ],
    });
  });

  test('keeps the order of its frames', () => {
    const frames: Frame[] = [
      { kind: 'started', pid: 1 },
      { kind: 'events', records: record({ kind: 6, path: '/w/d' }) },
      { kind: 'network', address: '192.0.2.1:80' },
      { kind: 'events', records: record({ kind: 11, path: '/w/l' }) },
      end,
    ];
    expect(decodeTrace(frames)).toEqual({
      events: [
        { kind: 'mkdir', path: '/w/d' },
        { kind: 'symlink', path: '/w/l' },
      ],
      variables: [],
      network: ['192.0.2.1:80'],
      unprivileged: [],
      notifications: 5,
      supervisorMs: 1.5,
    });
  });

  test('tells why it is incomplete', () => {
    const frames: Frame[] = [{ kind: 'incomplete', program: 'wine', why: 'it is a 32-bit program' }, end];
    expect(decodeTrace(frames).incomplete).toEqual({ program: 'wine', why: 'it is a 32-bit program' });
  });

  test.each(nonsense())('with %s is incomplete', (_, records) => {
    expect(decodeTrace([{ kind: 'events', records }, end]).incomplete).toEqual({
      program: 'the command',
      why: 'the trace helper speaks another version',
    });
  });

  test('that was cut off is incomplete', () => {
    expect(decodeTrace([{ kind: 'started', pid: 1 }]).incomplete?.why).toBe('the trace helper ended early');
  });
});

const seconds = 1_700_000_000;

/** As the helper writes it: dev, ino, size, mtime, its nanoseconds, mode, ctime, its nanoseconds. */
const stamp = Buffer.alloc(56);
stamp.writeBigUInt64LE(0xfd00n, 0);
stamp.writeBigUInt64LE(0x1_0000_0007n, 8);
stamp.writeBigUInt64LE(1234n, 16);
stamp.writeBigInt64LE(BigInt(seconds), 24);
stamp.writeUInt32LE(123_456_789, 32);
stamp.writeUInt32LE(0o100644, 36);
stamp.writeBigInt64LE(-2n, 40);
stamp.writeUInt32LE(500_000_000, 48);

const decodedStamp = {
  dev: 0xfd00,
  ino: 0x1_0000_0007,
  size: 1234,
  mtimeMs: seconds * 1000 + 123_456_789 / 1e6,
  ctimeMs: -1500,
  mode: 0o100644,
};

interface Parts {
  readonly kind: number;
  readonly flags?: number;
  readonly path: string;
  readonly to?: string;
  readonly before?: Buffer;
  readonly toBefore?: Buffer;
  readonly names?: readonly { kind: string; name: Buffer }[];
}

function record({ kind, flags = 0, path, to = '', before, toBefore, names = [] }: Parts): Buffer {
  const listed = Buffer.concat(names.flatMap(({ kind, name }) => [Buffer.from([kind.charCodeAt(0), name.length, 0]), name]));
  const body = Buffer.concat([before ?? empty, toBefore ?? empty, Buffer.from(path), Buffer.from(to), listed]);
  const bytes = Buffer.alloc(Math.ceil((16 + body.length) / 8) * 8);
  bytes.writeUInt32LE(bytes.length, 0);
  bytes[4] = kind;
  bytes[5] = flags | (before ? 8 : 0) | (toBefore ? 16 : 0);
  bytes.writeUInt16LE(Buffer.byteLength(path), 6);
  bytes.writeUInt16LE(Buffer.byteLength(to), 8);
  bytes.writeUInt32LE(listed.length, 12);
  body.copy(bytes, 16);
  return bytes;
}

function nonsense(): [string, Buffer][] {
  const good = record({ kind: 4, path: '/w', names: [{ kind: 'f', name: Buffer.from('name') }] });
  const changed = (change: (bytes: Buffer) => unknown) => {
    const bytes = Buffer.from(good);
    change(bytes);
    return bytes;
  };
  return [
    ['an unknown kind', record({ kind: 99, path: '/' })],
    ['a record of size 0', changed((bytes) => bytes.writeUInt32LE(0, 0))],
    ['a record that is cut off', good.subarray(0, -1)],
    ['a head that is cut off', good.subarray(0, 7)],
    ['a record beyond the end', changed((bytes) => bytes.writeUInt32LE(1000, 0))],
    ['a path beyond its record', changed((bytes) => bytes.writeUInt16LE(1000, 6))],
    ['a stamp that is not there', changed((bytes) => bytes.writeUInt8(8, 5))],
    ['names beyond their record', changed((bytes) => bytes.writeUInt32LE(0xffff_ffff, 12))],
    ['a name beyond the names', changed((bytes) => bytes.writeUInt16LE(5, 16 + 2 + 1))],
  ];
}
