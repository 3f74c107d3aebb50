import { describe, expect, test } from 'vitest';
import type { Classified } from '../../../src/cache/evidence.ts';
import { absent } from '../../../src/cache/file-state.ts';
import { classified, outside, ownBy, paths, type Scene } from './evidence-sample.ts';
import { digest, directory, directoryStamp, file, input, stamp } from './sample.ts';

const read = { looked: true, before: stamp('a'), now: file('a') };
const overwritten = { looked: true, changed: true, before: stamp('a'), now: file('b') };
const madeAnew = { ...overwritten, removed: true };
const appended = { changed: true, keptBytes: true, before: stamp('a'), now: file('b') };
const removed = { looked: true, statOnly: true, removed: true, before: stamp('a'), now: absent };
const socket = { looked: true, before: stamp('s', { mode: 0o140755 }), now: { kind: 'other' } as const };

const both = { ignoredInputs: ['c'], ignoredOutputs: ['c'] };
const written = (blind: boolean, made: boolean, at = 'c/a') => new Map([[at, { blind, made }]]);

function withoutInput(scene: Scene): Classified {
  return classified({ ignoredInputs: ['c'], ...scene });
}

function withoutOutput(scene: Scene): Classified {
  return classified({ ignoredOutputs: ['c'], ...scene });
}

describe('what a tool said to be no input', () => {
  test.for([
    ['two states of it', { ...read, contradicted: true }],
    ['another state in the end', { ...read, now: file('b') }],
    ['nothing in the end', { ...read, now: absent }],
    ['a socket', socket],
    ['something that somebody else made', { looked: true, now: file('b') }],
  ] as const)('may be found to be %s', ([, story]) => {
    expect(withoutInput({ paths: { 'c/a': story } }).refusals).toEqual([]);
  });

  test('is an output when it is overwritten, as if nobody had looked at it', () => {
    expect(withoutInput({ paths: { 'c/a': overwritten } })).toMatchObject({ refusals: [], written: written(true, false) });
    expect(withoutInput({ paths: { 'c/a': overwritten }, isIgnored: true }).written).toEqual(written(true, true));
    expect(withoutInput({ paths: { 'c/a': { looked: true, changed: true, now: file('b') } } }).written).toEqual(written(true, true));
  });

  test('is an output also when the same bytes are written again', () => {
    expect(withoutInput({ paths: { 'c/a': { ...madeAnew, now: file('a', { stamp: stamp('later') }) } } }).written).toEqual(
      written(true, false),
    );
  });

  test('cannot be told as an output when something is appended to it that is nobody’s of the task’s', () => {
    expect(withoutInput({ paths: { 'c/a': appended } }).refusals).toEqual([{ code: 'modified-foreign', path: 'c/a' }]);
    const found = withoutInput({ paths: { 'c/a': appended }, own: { 'c/a': ownBy(1, file('a')) } });
    expect(found).toMatchObject({ refusals: [], written: written(false, true) });
  });

  test('must not be there for the result to serve when it was removed and nobody’s of the task’s', () => {
    const found = withoutInput({ paths: { 'c/a': removed, 'c/d': { ...removed, before: directoryStamp() }, 'c/d/e': removed } });
    expect(found).toMatchObject({ refusals: [], removals: [], cleared: ['c/a', 'c/d'] });
  });

  test('may be removed when it is own, and is removed by a hit', () => {
    const found = withoutInput({ paths: { 'c/a': removed }, own: { 'c/a': ownBy(1, file('a')) } });
    expect(found).toMatchObject({ refusals: [], removals: ['c/a'], cleared: [] });
  });

  test('must not be there either when it was moved away with the directory around it', () => {
    const found = withoutInput({
      paths: { c: { removed: true, before: directoryStamp() } },
      trace: { movedTrees: [{ from: [...paths('c')][0]!, to: [...paths('d')][0]! }] },
      over: { moved: paths('d/a'), now: (at) => (at === 'c' ? absent : file('a')) },
    });
    expect(found).toMatchObject({ refusals: [], cleared: ['c'] });
  });

  test('is carried into the outputs when it is own and left as it is', () => {
    expect(withoutInput({ paths: { 'c/a': read }, own: { 'c/a': ownBy(1, file('a')) } }).carried).toEqual(['c/a']);
  });

  test('is no name in the directory around it, and may come and go', () => {
    const names = [
      { name: 'a', kind: 'f' },
      { name: 'c', kind: 'd' },
    ] as const;
    const listed = { looked: true, names, before: directoryStamp(), now: directory() };
    const namesNow = [
      { name: 'a', kind: 'f' },
      { name: 'c', kind: 'l' },
    ] as const;
    expect(withoutInput({ paths: { d: listed }, ignoredInputs: ['d/c'], namesNow })).toMatchObject({
      refusals: [],
      listings: [{ path: 'd', names: ['fa'], own: false }],
    });
  });
});

describe('what a tool said to be no output', () => {
  test('is still the task’s own work', () => {
    expect(withoutOutput({ paths: { 'c/a': { changed: true, now: file('b') } } }).written).toEqual(written(true, true));
  });

  test('may be a socket', () => {
    const made = { changed: true, now: { kind: 'other' } as const };
    expect(withoutOutput({ paths: { 'c/a': made } })).toMatchObject({ refusals: [], written: new Map() });
    expect(classified({ paths: { a: made } }).refusals).toEqual([{ code: 'unsupported-output', path: 'a' }]);
  });

  test('is an input all the same when it was read', () => {
    expect(withoutOutput({ paths: { 'c/a': read } }).files).toEqual([input('c/a')]);
  });

  test('is an input by its content before when it was read and overwritten', () => {
    const found = withoutOutput({ paths: { 'c/a': overwritten }, over: { knownDigest: () => digest('a') } });
    expect(found).toMatchObject({ refusals: [], files: [input('c/a')], written: written(false, false) });
  });

  test('cannot be told as an input when its content before is not known', () => {
    expect(withoutOutput({ paths: { 'c/a': overwritten } }).refusals).toEqual([{ code: 'modified-input', path: 'c/a' }]);
    const readAndRemoved = { ...removed, statOnly: false };
    expect(withoutOutput({ paths: { 'c/a': readAndRemoved } }).refusals).toEqual([{ code: 'modified-input', path: 'c/a' }]);
    expect(withoutOutput({ paths: { 'c/a': readAndRemoved }, over: { knownDigest: () => digest('a') } }).files).toEqual([input('c/a')]);
  });

  test('may be appended to unread, whoever’s it was, and stays that one’s work', () => {
    const found = withoutOutput({ paths: { 'c/a': appended }, isIgnored: true });
    expect(found).toMatchObject({ refusals: [], files: [], written: written(true, false) });
  });

  test('may be removed, whoever’s it was', () => {
    expect(withoutOutput({ paths: { 'c/a': removed } })).toMatchObject({ refusals: [], removals: [], cleared: [] });
  });

  test('may be in the repository’s own directory', () => {
    const story = { changed: true, now: file('b') };
    expect(withoutOutput({ paths: { '.git/mytool': story }, ignoredOutputs: ['.git/mytool'] }).refusals).toEqual([]);
    expect(withoutOutput({ paths: { '.git/mytool': story } }).refusals).toHaveLength(1);
  });
});

describe('what a tool said to be neither', () => {
  test.for([
    ['read and overwritten', overwritten],
    ['made anew', madeAnew],
    ['appended to', appended],
    ['removed', removed],
    ['found to be a socket', socket],
    ['read by two', { ...read, contradicted: true }],
  ] as const)('may be %s', ([, story]) => {
    expect(classified({ paths: { 'c/a': story }, ...both })).toMatchObject({ refusals: [], removals: [], cleared: [] });
  });

  test('vouches for all that its tool left alone, as a well-known cache does', () => {
    const found = classified({ paths: { 'c/a': read }, own: { dist: ownBy(1, file('d')) }, ...both });
    expect(found).toMatchObject({ carried: ['dist'], files: [input('c/a'), { ...input('dist'), digest: digest('d') }] });
  });

  test('does not vouch for what is gone', () => {
    const scene = { paths: { 'c/a': read }, ...both };
    expect(classified({ ...scene, over: { vanished: paths('dist') } }).refusals).toEqual([{ code: 'outputs-gone', path: 'dist' }]);
    expect(classified({ ...scene, over: { vanished: paths('c/b') } }).refusals).toEqual([]);
  });

  test('is not itself vouched for', () => {
    const own = { 'c/a': ownBy(1, file('a')), 'c/b': ownBy(1, file('b')) };
    expect(classified({ paths: { 'c/a': read }, own, ...both }).carried).toEqual(['c/a']);
  });
});

test('what is written outside the workspace counts unless it may be written', () => {
  const trace = { writtenOutside: new Map([[outside('/x/a'), undefined]]) };
  expect(classified({ paths: {}, trace, over: { isFreeOutside: () => true } }).refusals).toEqual([]);
});
