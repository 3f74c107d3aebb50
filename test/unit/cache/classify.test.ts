import { describe, expect, test } from 'vitest';
import { absent } from '../../../src/cache/file-state.ts';
import { classified, outside, ownBy, paths } from './evidence-sample.ts';
import { digest, directory, directoryStamp, file, input, link, linkStamp, stamp } from './sample.ts';

const nothing = {
  files: [],
  absences: [],
  links: [],
  directories: [],
  listings: [],
  written: new Map(),
  carried: [],
  removals: [],
  cleared: [],
  refusals: [],
};
const read = { looked: true, before: stamp('a'), now: file('a') };
const changedTo = (content: string) => ({ changed: true, before: stamp('a'), now: file(content) });

describe('a step that read or stat’ed a file', () => {
  test('depends on its content', () => {
    expect(classified({ paths: { a: read } })).toEqual({ ...nothing, files: [input('a')] });
  });

  test('depends on its execute bit', () => {
    const program = { looked: true, before: stamp('a', { mode: 0o100755 }), now: file('a', { mode: 0o100755 }) };
    expect(classified({ paths: { a: program } }).files).toEqual([{ ...input('a'), executable: true }]);
  });

  test('depends on its content too where it lies outside the workspace behind a link', () => {
    expect(classified({ paths: { '../x/a': read } }).files).toEqual([input('../x/a')]);
  });

  test('cannot be stored when the file was another at the end', () => {
    expect(classified({ paths: { a: { ...read, now: file('b') } } }).refusals).toEqual([{ code: 'changed-during-run', path: 'a' }]);
  });

  test('cannot be stored when the file was gone at the end', () => {
    expect(classified({ paths: { a: { ...read, now: absent } } }).refusals).toEqual([{ code: 'changed-during-run', path: 'a' }]);
  });

  test('cannot be stored when two looks at it found two states', () => {
    expect(classified({ paths: { a: { ...read, contradicted: true } } }).refusals).toEqual([{ code: 'changed-during-run', path: 'a' }]);
  });

  test('does not mind a change to what the user excluded from the inputs', () => {
    expect(classified({ paths: { a: { ...read, now: file('b') } }, over: { isExcludedInput: () => true } })).toEqual(nothing);
  });

  test('depends on a file that got a hard link meanwhile, by its bytes', () => {
    const now = file('a', { stamp: stamp('a', { ctimeMs: 9999 }) });
    expect(classified({ paths: { a: { ...read, restamped: true, now } } }).files).toEqual([input('a')]);
  });

  test('cannot be stored when it is neither file, directory nor link', () => {
    const socket = stamp('s', { mode: 0o140755 });
    const story = { looked: true, before: socket, now: { kind: 'other', stamp: socket } as const };
    expect(classified({ paths: { a: story } }).refusals).toEqual([{ code: 'unsupported-output', path: 'a' }]);
  });
});

describe('a step that went through a link', () => {
  test('depends on the target that it read', () => {
    const story = { looked: true, before: linkStamp('there'), now: link('there') };
    expect(classified({ paths: { l: story } })).toEqual({ ...nothing, links: [{ path: 'l', target: 'there' }] });
  });

  test('depends on the target that it passed, and on what is behind it', () => {
    const found = classified({
      paths: { there: read },
      trace: { crossedLinks: paths('l') },
      over: { now: (at) => (at === 'l' ? link('there') : file('a')) },
    });
    expect(found).toEqual({ ...nothing, files: [input('there')], links: [{ path: 'l', target: 'there' }] });
  });

  test('does not depend on the target of its own link', () => {
    expect(classified({ paths: {}, own: { l: ownBy(1, link('there')) }, trace: { crossedLinks: paths('l') } }).links).toEqual([]);
  });

  test('depends on the target of a link that an earlier step of the task made', () => {
    const found = classified({ paths: {}, own: { l: ownBy(0, link('there')) }, trace: { crossedLinks: paths('l') } });
    expect(found.links).toEqual([{ path: 'l', target: 'there' }]);
  });
});

describe('a step that probed a path that was not there', () => {
  test('depends on its absence', () => {
    expect(classified({ paths: { a: { looked: true } } })).toEqual({ ...nothing, absences: ['a'] });
  });

  test('depends on its absence also when it then made it', () => {
    const found = classified({ paths: { a: { looked: true, changed: true, now: file() } } });
    expect(found).toEqual({ ...nothing, absences: ['a'], written: new Map([['a', { blind: false, made: true }]]) });
  });

  test('cannot be stored when somebody else made it', () => {
    expect(classified({ paths: { a: { looked: true, now: file() } } }).refusals).toEqual([{ code: 'changed-during-run', path: 'a' }]);
  });

  test('cannot be stored when somebody else made it before the step did', () => {
    const story = { looked: true, contradicted: true, changed: true, now: file() };
    expect(classified({ paths: { a: story } }).refusals).toEqual([{ code: 'changed-during-run', path: 'a' }]);
  });

  test('depends on its absence also when a directory was moved over it', () => {
    const found = classified({ paths: { 'd/a': { looked: true, now: file() } }, over: { moved: paths('d/a') } });
    expect(found).toMatchObject({ absences: ['d/a'], refusals: [] });
  });
});

describe('a step that looked at a directory', () => {
  test('depends on its existence when it only stat’ed it', () => {
    const story = { looked: true, before: directoryStamp(), now: directory({ mtimeMs: 9999, ctimeMs: 9999 }) };
    expect(classified({ paths: { d: story } })).toEqual({ ...nothing, directories: ['d'] });
  });

  test('does not depend on the existence of its own', () => {
    const story = { looked: true, before: directoryStamp(), now: directory() };
    expect(classified({ paths: { d: story }, own: { d: ownBy(1, directory()) } })).toEqual({ ...nothing, carried: ['d'] });
  });

  test('does not depend on the existence of one with nothing but own work in it', () => {
    const story = { looked: true, before: directoryStamp(), now: directory() };
    expect(classified({ paths: { d: story }, leftOver: ['d'] })).toEqual(nothing);
  });

  test('cannot be stored when it is no directory any more', () => {
    const story = { looked: true, before: directoryStamp(), now: file() };
    expect(classified({ paths: { d: story } }).refusals).toEqual([{ code: 'changed-during-run', path: 'd' }]);
  });
});

describe('a step that listed a directory', () => {
  const names = [
    { name: 'b', kind: 'f' },
    { name: 'a', kind: 'd' },
  ] as const;
  const listed = { looked: true, names, before: directoryStamp(), now: directory() };

  test('depends on its names and kinds', () => {
    const found = classified({ paths: { d: listed }, namesNow: names });
    expect(found).toEqual({ ...nothing, listings: [{ path: 'd', names: ['da', 'fb'], own: false }] });
  });

  test('does not depend on names of its own or of a later step', () => {
    const own = { 'd/a': ownBy(1, directory()), 'd/b': ownBy(2, file()) };
    expect(classified({ paths: { d: listed }, own, namesNow: names }).listings).toEqual([{ path: 'd', names: [], own: false }]);
  });

  test('depends on names that an earlier step of the task made', () => {
    const own = { 'd/b': ownBy(0, file()) };
    expect(classified({ paths: { d: listed }, own, namesNow: names }).listings).toMatchObject([{ names: ['da', 'fb'] }]);
  });

  test('does not depend on caches of tools', () => {
    const cached = [...names, { name: '.eslintcache', kind: 'f' }] as const;
    const found = classified({ paths: { d: { ...listed, names: cached } }, namesNow: names });
    expect(found.listings).toEqual([{ path: 'd', names: ['da', 'fb'], own: false }]);
  });

  test('does not depend on what it made itself before or after', () => {
    const found = classified({
      paths: { d: { ...listed, names: [...names, { name: 'early', kind: 'f' }] }, 'd/early': { changed: true, now: file() } },
      namesNow: [...names, { name: 'early', kind: 'f' }],
    });
    expect(found.listings).toEqual([{ path: 'd', names: ['da', 'fb'], own: false }]);
  });

  test('cannot be stored when somebody else added a name', () => {
    const found = classified({ paths: { d: listed }, namesNow: [...names, { name: 'c', kind: 'f' }] });
    expect(found).toMatchObject({ listings: [], refusals: [{ code: 'changed-during-run', path: 'd/c' }] });
  });

  test('cannot be stored when somebody else added a name while it removed another itself', () => {
    const found = classified({
      paths: { d: listed, 'd/b': { before: stamp(), removed: true } },
      own: { 'd/b': ownBy(0, file()) },
      namesNow: [
        { name: 'a', kind: 'd' },
        { name: 'c', kind: 'f' },
      ],
      over: { now: () => absent },
    });
    expect(found.refusals).toContainEqual({ code: 'changed-during-run', path: 'd/c' });
  });

  test('of its own may find none there', () => {
    const found = classified({ paths: { d: listed }, own: { d: ownBy(1, directory()) }, namesNow: names });
    expect(found.listings).toMatchObject([{ own: true }]);
  });

  test('that it made itself depends on nothing', () => {
    expect(classified({ paths: { d: { ...listed, before: undefined, changed: true } }, namesNow: names }).listings).toEqual([]);
  });
});

describe('a step that met its own work', () => {
  test('carries over what it read and left as it was, which must stand for the result to count', () => {
    expect(classified({ paths: { a: read }, own: { a: ownBy(1, file()) } })).toEqual({ ...nothing, files: [input('a')], carried: ['a'] });
  });

  test('does not carry what somebody changed after it had looked', () => {
    const found = classified({ paths: { a: { ...read, now: file('edited') } }, own: { a: ownBy(1, file()) } });
    expect(found).toMatchObject({ carried: [], refusals: [{ code: 'changed-during-run', path: 'a' }] });
  });

  test('depends on it once it had been edited before the run', () => {
    const edited = { looked: true, before: stamp('edited'), now: file('edited') };
    expect(classified({ paths: { a: edited }, own: { a: ownBy(1, file()) } }).files).toEqual([input('a', 'edited')]);
  });

  test('in a directory that it looked at carries it when it did not see what that was made from', () => {
    const own = { d: ownBy(1, directory()), 'd/a': ownBy(1, file()) };
    const scene = { paths: { d: { looked: true, before: directoryStamp(), now: directory() } }, own };
    expect(classified({ ...scene, over: { restsOnUnseen: true } })).toMatchObject({ carried: ['d', 'd/a'], files: [input('d/a')] });
    expect(classified(scene)).toMatchObject({ carried: ['d'], files: [] });
  });

  test('of an earlier step depends on it', () => {
    expect(classified({ paths: { a: read }, own: { a: ownBy(0, file()) } })).toEqual({ ...nothing, files: [input('a')] });
  });

  test('makes it anew without depending on it', () => {
    const found = classified({ paths: { a: { ...changedTo('b'), looked: true } }, own: { a: ownBy(1, file()) } });
    expect(found).toEqual({ ...nothing, written: new Map([['a', { blind: false, made: true }]]) });
  });

  test('of an earlier step, and then changed it, depends on what it was', () => {
    const found = classified({ paths: { a: { ...changedTo('b'), looked: true } }, own: { a: ownBy(0, file('a')) } });
    expect(found).toEqual({ ...nothing, files: [input('a')], written: new Map([['a', { blind: false, made: true }]]) });
  });

  test('stays no more removable than it was', () => {
    const found = classified({ paths: { a: changedTo('b') }, own: { a: ownBy(1, file(), { made: false }) } });
    expect(found.written).toEqual(new Map([['a', { blind: true, made: false }]]));
  });
});

describe('a step that used its own build info', () => {
  const own = { 'x.tsbuildinfo': ownBy(1, file()), 'dist/a.js': ownBy(1, file('js')), 'dist/b.js': ownBy(2, file('js')) };

  test('carries all that it owns and that still stands', () => {
    expect(classified({ paths: { 'x.tsbuildinfo': read }, own })).toEqual({ ...nothing, carried: ['x.tsbuildinfo', 'dist/a.js'] });
  });

  test('does not carry what is gone', () => {
    const found = classified({ paths: { 'x.tsbuildinfo': read, 'dist/a.js': { before: stamp('js'), removed: true } }, own });
    expect(found.carried).toEqual(['x.tsbuildinfo']);
  });

  test('cannot be stored when somebody else changed what it made', () => {
    const over = { now: (at: string) => (at === 'dist/a.js' ? file('edited') : file()) };
    expect(classified({ paths: { 'x.tsbuildinfo': read }, own, over }).refusals).toEqual([
      { code: 'changed-during-run', path: 'dist/a.js' },
    ]);
  });
});

describe('a step that changed what it had not made', () => {
  const rewritten = { ...changedTo('b'), looked: true };

  test('without looking has an output', () => {
    expect(classified({ paths: { a: changedTo('b') } })).toEqual({ ...nothing, written: new Map([['a', { blind: true, made: false }]]) });
  });

  test('without looking has an output that may be removed where git ignores it', () => {
    const found = classified({ paths: { a: changedTo('b') }, isIgnored: true });
    expect(found.written).toEqual(new Map([['a', { blind: true, made: true }]]));
  });

  test('after reading it, where git does not ignore it, is not stored', () => {
    expect(classified({ paths: { a: rewritten } }).refusals).toEqual([{ code: 'modified-input', path: 'a' }]);
  });

  test('depends on its content when its bytes are the same in the end', () => {
    const story = { ...rewritten, now: file('a', { stamp: stamp('touched') }) };
    expect(classified({ paths: { a: story }, over: { knownDigest: () => digest('a') } })).toEqual({ ...nothing, files: [input('a')] });
  });

  test('is not stored when only its mode is another', () => {
    const story = { ...rewritten, keptBytes: true, now: file('a', { mode: 0o100755 }) };
    expect(classified({ paths: { a: story }, over: { knownDigest: () => digest('a') } }).refusals).toEqual([
      { code: 'modified-input', path: 'a' },
    ]);
  });

  test('that git ignores and whose bytes are known depends on them and leaves an output', () => {
    const found = classified({ paths: { a: rewritten }, isIgnored: true, over: { knownDigest: () => digest('a') } });
    expect(found).toEqual({ ...nothing, files: [input('a')], written: new Map([['a', { blind: false, made: false }]]) });
  });

  test('that git ignores and whose bytes are not known is not stored', () => {
    expect(classified({ paths: { a: rewritten }, isIgnored: true }).refusals).toEqual([{ code: 'modified-foreign', path: 'a' }]);
  });

  test('that git ignores and that it appended to is not stored', () => {
    const appended = { ...changedTo('ab'), keptBytes: true };
    const found = classified({ paths: { a: appended }, isIgnored: true, over: { knownDigest: () => digest('a') } });
    expect(found.refusals).toEqual([{ code: 'modified-foreign', path: 'a' }]);
  });

  test('that the user excluded from the inputs has an output', () => {
    const found = classified({ paths: { a: rewritten }, over: { isExcludedInput: () => true } });
    expect(found).toEqual({ ...nothing, written: new Map([['a', { blind: false, made: false }]]) });
  });

  test('is not stored when somebody else had changed it before', () => {
    const found = classified({
      paths: { a: { ...rewritten, contradicted: true } },
      isIgnored: true,
      over: { knownDigest: () => digest('a') },
    });
    expect(found.refusals).toEqual([{ code: 'changed-during-run', path: 'a' }]);
  });

  test('only opened it for writing, and depends on its content', () => {
    expect(classified({ paths: { a: { ...changedTo('a'), keptBytes: true } } })).toEqual({ ...nothing, files: [input('a')] });
  });

  test('into a socket is not stored', () => {
    const found = classified({ paths: { a: { ...changedTo('b'), now: { kind: 'other' } }, b: { changed: true, now: { kind: 'other' } } } });
    expect(found.refusals).toEqual([
      { code: 'unsupported-output', path: 'a' },
      { code: 'unsupported-output', path: 'b' },
    ]);
  });
});

describe('a step that removed a path', () => {
  const gone = { before: stamp('a'), removed: true };

  test('of its task has nothing there', () => {
    expect(classified({ paths: { a: gone }, own: { a: ownBy(2, file()) } })).toEqual({ ...nothing, removals: ['a'] });
  });

  test('of an earlier step that it had read depends on it', () => {
    const found = classified({ paths: { a: { ...gone, looked: true } }, own: { a: ownBy(0, file()) } });
    expect(found).toEqual({ ...nothing, files: [input('a')], removals: ['a'] });
  });

  test('names the topmost of several', () => {
    const own = { d: ownBy(0, directory()), 'd/a': ownBy(0, file()) };
    const found = classified({ paths: { d: { before: directoryStamp(), removed: true }, 'd/a': gone }, own });
    expect(found.removals).toEqual(['d']);
  });

  test('that an earlier step had made, a directory that it listed, may be stored', () => {
    const names = [{ name: 'a', kind: 'f' }] as const;
    const emptied = { looked: true, before: directoryStamp(), names, removed: true };
    const found = classified({ paths: { d: emptied, 'd/a': gone }, own: { d: ownBy(0, directory()), 'd/a': ownBy(0, file()) } });
    expect(found).toMatchObject({ directories: ['d'], listings: [{ path: 'd', names: ['fa'] }], refusals: [] });
  });

  test('that was not its task’s is not stored', () => {
    expect(classified({ paths: { a: gone } }).refusals).toEqual([{ code: 'deleted-foreign', path: 'a' }]);
  });

  test('that somebody had edited is not stored', () => {
    const found = classified({ paths: { a: { ...gone, before: stamp('edited') } }, own: { a: ownBy(0, file()) } });
    expect(found.refusals).toEqual([{ code: 'deleted-foreign', path: 'a' }]);
  });

  test('that it had made itself has done nothing', () => {
    expect(classified({ paths: { a: { changed: true, removed: true } } })).toEqual(nothing);
  });

  test('that it had probed and made itself depends on its absence', () => {
    expect(classified({ paths: { a: { looked: true, changed: true, removed: true } } })).toEqual({ ...nothing, absences: ['a'] });
  });
});

describe('a step that moved a directory', () => {
  const moved = { d: { before: directoryStamp(), removed: true }, to: { changed: true, now: directory() } };
  const scene = {
    paths: moved,
    trace: { movedTrees: [{ from: 'd', to: 'to' }] } as never,
    over: {
      moved: paths('to/a', 'to/s', 'to/s/b'),
      now: (at: string) => ({ to: directory(), 'to/a': file('a'), 'to/s': directory(), 'to/s/b': file('b') })[at] ?? absent,
    },
  };
  const ownByEarlier = { d: ownBy(0, directory()), 'd/a': ownBy(0, file('a')), 'd/s': ownBy(0, directory()), 'd/s/b': ownBy(0, file('b')) };

  test('has all that came along as outputs', () => {
    const made = { blind: false, made: true };
    const outputs = new Map(Object.entries({ to: { blind: true, made: true }, 'to/a': made, 'to/s': made, 'to/s/b': made }));
    expect(classified({ ...scene, own: ownByEarlier }).written).toEqual(outputs);
  });

  test('of an earlier step depends on its names and on all that is in it', () => {
    expect(classified({ ...scene, own: ownByEarlier })).toMatchObject({
      files: [input('d/a', 'a'), input('d/s/b', 'b')],
      listings: [
        { path: 'd', names: ['ds', 'fa'] },
        { path: 'd/s', names: ['fb'] },
      ],
      refusals: [],
    });
  });

  test('of its own from an earlier run depends on nothing in it', () => {
    const own = { d: ownBy(1, directory()), 'd/a': ownBy(1, file('a')), 'd/s': ownBy(1, directory()), 'd/s/b': ownBy(1, file('b')) };
    expect(classified({ ...scene, own })).toMatchObject({ files: [], listings: [{ path: 'd', names: [], own: true }], refusals: [] });
  });

  test('with a file in it that no step of the task made is not stored', () => {
    expect(classified({ ...scene, own: { d: ownBy(0, directory()), 'd/a': ownBy(0, file('a')) } }).refusals).toEqual([
      { code: 'deleted-foreign', path: 'd/s/b' },
    ]);
  });

  test('twice is judged by where it stood at first', () => {
    const trees = [
      { from: 'd', to: 'way' },
      { from: 'way', to: 'to' },
    ];
    const found = classified({ ...scene, own: ownByEarlier, trace: { movedTrees: trees } as never });
    expect(found.files).toEqual([input('d/a', 'a'), input('d/s/b', 'b')]);
  });

  test('that it had made itself depends on nothing in it', () => {
    const found = classified({ ...scene, paths: { d: { changed: true, removed: true }, to: moved.to } });
    expect(found).toMatchObject({ files: [], listings: [], refusals: [] });
  });

  test('in from outside the workspace has all that came along as outputs', () => {
    const found = classified({ ...scene, paths: { to: moved.to }, trace: { movedTrees: [{ from: '../tmp/d', to: 'to' }] } as never });
    expect([...found.written.keys()]).toEqual(['to', 'to/a', 'to/s', 'to/s/b']);
  });
});

describe('a step that was in .git', () => {
  test.for(['.git/HEAD', '.git/refs/heads/main', '.git/packed-refs', '.git/config', '.git/info/exclude', '.git/worktrees/w/HEAD'])(
    'depends on %s',
    (at) => {
      expect(classified({ paths: { [at]: read } }).files).toEqual([input(at)]);
    },
  );

  test.for(['.git/objects/12/34', '.git/objects/pack/p.idx', '.git/logs/HEAD', '.git/modules/sub/objects/12'])(
    'does not depend on %s',
    (at) => {
      expect(classified({ paths: { [at]: read } })).toEqual(nothing);
    },
  );

  test('depends on the index when it opened it', () => {
    expect(classified({ paths: { '.git/index': read } }).files).toEqual([input('.git/index')]);
  });

  test('does not depend on an index that it only stat’ed', () => {
    expect(classified({ paths: { '.git/index': { ...read, statOnly: true } } })).toEqual(nothing);
  });

  test('may refresh the index', () => {
    const index = { looked: true, statOnly: true, changed: true, before: stamp('a'), now: file('b') };
    expect(classified({ paths: { '.git/index': index, '.git/index.lock': { changed: true, removed: true } } }).refusals).toEqual([]);
  });

  test('is not stored when it wrote anything else there', () => {
    expect(classified({ paths: { '.git/HEAD': changedTo('b') } }).refusals).toEqual([{ code: 'wrote-outside', path: '.git/HEAD' }]);
  });
});

describe('a step that wrote outside the workspace', () => {
  const trace = { writtenOutside: new Map([[outside('/srv/x'), undefined]]) };

  test('is not stored', () => {
    expect(classified({ paths: {}, trace }).refusals).toEqual([{ code: 'wrote-outside', path: '/srv/x' }]);
  });

  test('is stored when that left nothing changed', () => {
    expect(classified({ paths: {}, trace, over: { changedOutside: () => false } })).toEqual(nothing);
  });

  test('is stored when it was a place for that', () => {
    expect(classified({ paths: {}, trace, over: { isFreeOutside: () => true } })).toEqual(nothing);
  });

  test('is stored when it refreshed the index of the repository around the workspace', () => {
    const written = new Map([[outside('/srv/.git/index.lock'), undefined]]);
    expect(classified({ paths: {}, trace: { writtenOutside: written } })).toEqual(nothing);
  });
});

describe('private state of tools', () => {
  test.for(['node_modules/.cache/x', '.eslintcache', 'a/.turbo/x', 'node_modules/.package-lock.json', '.yarn/install-state.gz'])(
    'is neither input nor output: %s',
    (at) => {
      expect(classified({ paths: { [at]: read, [`b/${at}`]: { ...changedTo('b'), looked: true } } })).toEqual(nothing);
    },
  );
});
