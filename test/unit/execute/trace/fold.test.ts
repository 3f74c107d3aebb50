import { mkdirSync, symlinkSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Stamp } from '../../../../src/base/files.ts';
import { joinPath, type AbsolutePath, type WorkspacePath } from '../../../../src/base/path.ts';
import { foldTrace } from '../../../../src/execute/trace/fold.ts';
import type { RawEvent, RawTrace } from '../../../../src/execute/trace/raw-trace.ts';
import type { PathHistory, Trace } from '../../../../src/execute/trace/trace.ts';
import { directoryWith } from '../../../harness/files.ts';
import { directoryStamp, linkStamp, stamp } from '../../cache/sample.ts';

const root = '/workspace' as AbsolutePath;
const at = (path: string) => (path.startsWith('/') ? path : `${root}/${path}`) as AbsolutePath;
const [before, after] = [stamp('before'), stamp('after')];
const directory = directoryStamp();
const seen = (stood?: Stamp) => (stood ? { before: stood } : {});

const read = (path: string, stood?: Stamp): RawEvent => ({ kind: 'read', path: at(path), nofollow: false, ...seen(stood) });
const stat = (path: string, stood?: Stamp, nofollow = false): RawEvent => ({ kind: 'stat', path: at(path), nofollow, ...seen(stood) });
const write = (path: string, stood?: Stamp, keeps = false): RawEvent => ({ kind: 'write', path: at(path), keeps, ...seen(stood) });
const list = (path: string, names: string): RawEvent => ({
  kind: 'list',
  path: at(path),
  before: directory,
  names: [...names].map((name) => ({ name, kind: 'f' })),
});
const simple = (kind: 'readlink' | 'mkdir' | 'remove' | 'chmod' | 'symlink' | 'executed', path: string, stood?: Stamp): RawEvent => ({
  kind,
  path: at(path),
  ...seen(stood),
});
const rename = (path: string, to: string, stood?: Stamp, stoodTo?: Stamp, exchange = false): RawEvent => ({
  kind: 'rename',
  path: at(path),
  to: at(to),
  exchange,
  ...seen(stood),
  ...(stoodTo && { beforeTo: stoodTo }),
});

function folded(events: readonly RawEvent[], from = root, over: Partial<RawTrace> = {}): Trace {
  return foldTrace({ events, variables: [], network: [], unprivileged: [], notifications: 0, supervisorMs: 0, ...over }, from);
}

/** The history of one path: `undefined` if it has none. */
function historyOf(path: string, ...events: readonly RawEvent[]): PathHistory | undefined {
  return folded(events).paths.get(path as WorkspacePath);
}

describe('a look', () => {
  test.for([
    ['read', read('a', before), false],
    ['stat', stat('a', before), true],
    ['readlink', simple('readlink', 'a', before), false],
    ['executed', simple('executed', 'a', before), false],
  ] as const)('of kind %s is kept with what stood there', ([, event, statOnly]) => {
    expect(historyOf('a', event)).toEqual({
      before,
      looked: true,
      statOnly,
      names: undefined,
      changed: false,
      keptBytes: false,
      removed: false,
      restamped: false,
      contradicted: false,
    });
  });

  test('at nothing is kept as such', () => {
    expect(historyOf('a', stat('a'))).toMatchObject({ before: undefined, looked: true });
  });

  test('into a file makes up for one at its stamp', () => {
    expect(historyOf('a', stat('a', before), read('a', before))).toMatchObject({ statOnly: false });
    expect(historyOf('a', read('a', before), stat('a', before))).toMatchObject({ statOnly: false });
  });

  test('at a directory keeps the names of the first time', () => {
    expect(historyOf('d', stat('d', directory), list('d', 'x'), list('d', 'xy'))?.names).toEqual([{ name: 'x', kind: 'f' }]);
  });

  test('after a change is none', () => {
    expect(historyOf('a', write('a'), read('a', after))).toMatchObject({ before: undefined, looked: false, changed: true });
    expect(historyOf('a', write('a', before), read('a', after))).toMatchObject({ before, looked: false });
    expect(historyOf('a', simple('remove', 'a', before), stat('a'))).toMatchObject({ looked: false, removed: true });
  });

  test('after a change that had no effect is one', () => {
    expect(historyOf('a', write('a', before), read('a', before))).toMatchObject({ looked: true, changed: true });
    expect(historyOf('d', simple('remove', 'd', directory), list('d', 'x'))).toMatchObject({ looked: true, names: [{ name: 'x' }] });
    expect(historyOf('a', rename('gone', 'a'), stat('a'))).toMatchObject({ looked: true });
  });

  test('after it was made and removed again is none', () => {
    expect(historyOf('a', write('a'), simple('remove', 'a', after), stat('a'))).toMatchObject({ looked: false });
  });

  test('that finds another state than the one before contradicts it', () => {
    expect(historyOf('a', read('a', before), read('a', after))).toMatchObject({ contradicted: true });
    expect(historyOf('a', stat('a'), write('a', before))).toMatchObject({ contradicted: true });
    expect(historyOf('a', read('a', before), write('a', after))).toMatchObject({ contradicted: true });
  });

  test('that finds a directory with other times contradicts nothing', () => {
    expect(historyOf('d', stat('d', directory), list('d', 'x'), stat('d', directoryStamp({ mtimeMs: 9 })))).toMatchObject({
      contradicted: false,
    });
  });
});

describe('a change', () => {
  test.for([
    ['write', write('a', before), false],
    ['write that keeps', write('a', before, true), true],
    ['chmod', simple('chmod', 'a', before), true],
    ['mkdir', simple('mkdir', 'a'), false],
    ['symlink', simple('symlink', 'a'), false],
  ] as const)('of kind %s is kept, and whether the bytes were', ([, event, keptBytes]) => {
    expect(historyOf('a', event)).toMatchObject({ looked: false, changed: true, keptBytes, removed: false });
  });

  test('that keeps the bytes after one that did not changes only own bytes', () => {
    expect(historyOf('a', write('a', before), write('a', after, true))).toMatchObject({ keptBytes: false });
  });

  test('that keeps the bytes after one that had no effect keeps them', () => {
    expect(historyOf('a', write('a', before), write('a', before, true))).toMatchObject({ keptBytes: true });
    expect(historyOf('a', write('a', before, true), write('a', before))).toMatchObject({ keptBytes: true });
  });

  test('by removal is kept', () => {
    expect(historyOf('a', simple('remove', 'a', before))).toMatchObject({ before, removed: true, changed: false });
    expect(historyOf('a', simple('remove', 'a', before), write('a'))).toMatchObject({ before, removed: true, changed: true });
  });

  test('outside the workspace is kept apart, with what stood there first', () => {
    const trace = folded([write('/srv/a', before), write('/srv/a', after), simple('remove', '/srv/b'), rename('a', '/srv/c', before)]);
    expect(trace.writtenOutside).toEqual(
      new Map([
        ['/srv/a', before],
        ['/srv/b', undefined],
        ['/srv/c', undefined],
      ]),
    );
    expect([...trace.paths.keys()]).toEqual(['a']);
  });
});

describe('a rename', () => {
  test('reads the file that it moves, unless the step had made it', () => {
    expect(historyOf('a', rename('a', 'b', before))).toMatchObject({ before, looked: true, statOnly: false, removed: true });
    expect(historyOf('a', write('a'), rename('a', 'b', after))).toMatchObject({ before: undefined, looked: false, removed: true });
  });

  test('reads the link that it moves', () => {
    expect(historyOf('l', rename('l', 'm', linkStamp('x')))).toMatchObject({ looked: true, removed: true });
  });

  test('overwrites what it lands on without looking', () => {
    expect(historyOf('b', write('a'), rename('a', 'b', after, before))).toMatchObject({ before, looked: false, changed: true });
  });

  test('that exchanges two files reads and writes both', () => {
    const event = rename('a', 'b', before, after, true);
    expect(historyOf('a', event)).toMatchObject({ before, looked: true, changed: true, removed: false });
    expect(historyOf('b', event)).toMatchObject({ before: after, looked: true, changed: true });
  });

  test('that exchanges a directory is not followed', () => {
    expect(folded([rename('a', 'b', directory, before, true)]).incomplete).toMatchObject({ program: 'the command' });
    expect(folded([rename('a', 'b', before, directory, true)]).incomplete).toBeDefined();
  });

  test('of a directory takes along what the step made in it', () => {
    const events = [simple('mkdir', 'd'), write('d/a'), write('d/s/b'), rename('d', 'to', directory)];
    expect(folded(events).movedTrees).toEqual([{ from: 'd', to: 'to' }]);
    expect(historyOf('to/a', ...events)).toMatchObject({ before: undefined, changed: true, looked: false });
    expect(historyOf('to/s/b', ...events)).toMatchObject({ changed: true });
    expect(historyOf('d/a', ...events)).toMatchObject({ before: undefined, changed: true, removed: true });
  });

  test('of a directory reads what it takes along and had only looked at', () => {
    const events = [stat('d/a', before), stat('d/none'), rename('d', 'to', directory)];
    expect(historyOf('d/a', ...events)).toMatchObject({ before, looked: true, statOnly: false, removed: true });
    expect(historyOf('d/none', ...events)).toMatchObject({ statOnly: true, removed: false });
    expect(historyOf('to/none', ...events)).toBe(undefined);
  });

  test('of a directory takes nothing along from beside it', () => {
    expect(historyOf('tox/a', write('dx/a'), rename('d', 'to', directory))).toBe(undefined);
  });

  test('of a directory from outside makes all that is in it', () => {
    const trace = folded([rename('/tmp/d', 'to', directory)]);
    expect(trace.movedTrees).toEqual([{ from: '../tmp/d', to: 'to' }]);
    expect(trace.paths.get('to' as WorkspacePath)).toMatchObject({ before: undefined, changed: true });
  });

  test('of a directory to the outside moves no tree of the workspace', () => {
    expect(folded([rename('d', '/tmp/d', directory)]).movedTrees).toEqual([]);
  });
});

describe('a hard link', () => {
  const event: RawEvent = { kind: 'link', path: at('a'), to: at('b'), before };

  test('reads the file, moves its ctime and makes the other name', () => {
    expect(historyOf('a', event)).toMatchObject({ before, looked: true, restamped: true, changed: false });
    expect(historyOf('b', event)).toMatchObject({ before: undefined, changed: true });
  });

  test('keeps a later look at another ctime from being a contradiction', () => {
    expect(historyOf('a', event, stat('a', { ...before, ctimeMs: 9 }))).toMatchObject({ contradicted: false });
  });

  test('of a file elsewhere only makes the name', () => {
    expect([...folded([{ ...event, path: at('/srv/a') }]).paths.keys()]).toEqual(['b']);
  });
});

describe('a program', () => {
  test('is known wherever it lies, and read only where it lies in the workspace', () => {
    const trace = folded([
      simple('executed', '/bin/sh', before),
      simple('executed', 'tool', before),
      simple('executed', '/bin/sh', before),
    ]);
    expect([...trace.programs.keys()]).toEqual(['/bin/sh', `${root}/tool`]);
    expect([...trace.paths.keys()]).toEqual(['tool']);
  });
});

describe('links on the way', () => {
  test('are crossed, and what is behind them was read', () => {
    const { real } = linked();
    const trace = foldedIn(real, read('l/file', before), read('f', before));
    expect([[...trace.paths.keys()], [...trace.crossedLinks]]).toEqual([['d/file'], ['l', 'f']]);
  });

  test('are not crossed by a look at the link itself', () => {
    const trace = foldedIn(linked().real, stat('f', before, true), simple('readlink', 'l', before), simple('remove', 'f', before));
    expect([[...trace.paths.keys()], [...trace.crossedLinks]]).toEqual([['f', 'l'], []]);
  });

  test('that lead outside are followed there', () => {
    const { real, outside } = linked();
    const trace = foldedIn(real, read('out/d/file', before));
    expect([...trace.paths.keys()]).toEqual([`../${outside.slice(outside.lastIndexOf('/') + 1)}/d/file`]);
  });

  test('do not hide that a file outside was written', () => {
    const { real, outside } = linked();
    const trace = foldedIn(real, write('out/d/file', before), write('out.txt', before), simple('chmod', 'out.txt', before));
    expect([...trace.writtenOutside.keys()]).toEqual([`${outside}/d/file`, `${outside}/file`]);
    expect([...trace.paths.keys()]).toEqual([]);
  });

  test('do not make a link that is replaced a file outside', () => {
    const trace = foldedIn(linked().real, simple('remove', 'out.txt', before));
    expect([[...trace.paths.keys()], trace.writtenOutside.size]).toEqual([['out.txt'], 0]);
  });

  test('that the step makes are crossed only from then on', () => {
    const real = directoryWith({ 'v2/x': '' });
    symlinkSync('v2', joinPath(real, 'current'));
    const trace = foldedIn(real, stat('current/x'), simple('symlink', 'current'), read('current/x', before));
    expect([...trace.paths.keys()]).toEqual(['current/x', 'current', 'v2/x']);
  });
});

test('what is known of the network and of gaps is passed on', () => {
  const incomplete = { program: 'x', why: 'y' };
  expect(folded([], root, { network: ['h:1'], incomplete })).toMatchObject({ network: ['h:1'], incomplete });
  expect(folded([])).not.toHaveProperty('incomplete');
});

test('the workspace root has a history of its own', () => {
  const real = directoryWith({});
  mkdirSync(joinPath(real, 'a'));
  expect([...folded([{ ...list('', 'a'), path: real }], real).paths.keys()]).toEqual(['']);
});

/** A workspace with links, and what they lead to outside. */
function linked(): { real: AbsolutePath; outside: AbsolutePath } {
  const real = directoryWith({ 'd/file': '' });
  const outside = directoryWith({ 'd/file': '', file: '' });
  const links = { l: 'd', f: 'd/file', out: outside, 'out.txt': joinPath(outside, 'file') };
  for (const [at, target] of Object.entries(links)) symlinkSync(target, joinPath(real, at));
  return { real, outside };
}

/** The events as if they had been in another workspace. */
function foldedIn(real: AbsolutePath, ...events: readonly RawEvent[]): Trace {
  const moved = events.map((event) => ({ ...event, path: joinPath(real, event.path.slice(root.length + 1)) }));
  return folded(moved, real);
}
