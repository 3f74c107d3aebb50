import { expect, test } from 'vitest';
import { Overlaps } from '../../../src/cache/overlaps.ts';
import { paths } from './evidence-sample.ts';
import { path, sampleStep } from './sample.ts';

const [one, two, three] = [sampleStep(0, 'a#one'), sampleStep(0, 'a#two'), sampleStep(0, 'a#three')];

test('of two steps that wrote a path at the same time, the first is taken back and the second hears of it', () => {
  const overlaps = new Overlaps();
  const retracted: unknown[] = [];
  const [first, second] = [overlaps.begin(one), overlaps.begin(two)];
  first.retract = (at, by) => retracted.push(at, by);
  expect(overlaps.end(first, paths('x', 'y'))).toBe(undefined);
  expect(overlaps.end(second, paths('y', 'z'))).toEqual({ path: 'y', by: one });
  expect(retracted).toEqual(['y', two]);
});

test('one after the other, two steps may write a path', () => {
  const overlaps = new Overlaps();
  overlaps.end(overlaps.begin(one), paths('x'));
  expect(overlaps.end(overlaps.begin(two), paths('x'))).toBe(undefined);
});

test('at the same time, two steps may write different paths', () => {
  const overlaps = new Overlaps();
  const [first, second] = [overlaps.begin(one), overlaps.begin(two)];
  overlaps.end(first, paths('x'));
  expect(overlaps.end(second, paths('y'))).toBe(undefined);
});

test('a step that overlapped with two takes both back', () => {
  const overlaps = new Overlaps();
  const retracted: string[] = [];
  const long = overlaps.begin(one);
  for (const step of [two, three]) {
    const short = overlaps.begin(step);
    short.retract = () => retracted.push(step.label);
    overlaps.end(short, paths(`by ${step.label}`));
  }
  expect(overlaps.end(long, paths('by a#two', 'by a#three'))).toMatchObject({ by: two });
  expect(retracted).toEqual(['a#two', 'a#three']);
});

test('a step that ignores what it wrote does not mind another writer, which still does', () => {
  const overlaps = new Overlaps();
  const retracted: unknown[] = [];
  const [first, second] = [overlaps.begin(one), overlaps.begin(two)];
  first.retract = (at, by) => retracted.push(at, by);
  overlaps.end(first, paths('cache', 'x'));
  expect(overlaps.end(second, paths('cache'), paths('cache'))).toBe(undefined);
  expect(retracted).toEqual(['cache', two]);
});

test('two steps that ignore what both wrote do not mind each other', () => {
  const overlaps = new Overlaps();
  const [first, second] = [overlaps.begin(one), overlaps.begin(two)];
  first.retract = () => expect.unreachable();
  overlaps.end(first, paths('cache'), paths('cache'));
  expect(overlaps.end(second, paths('cache'), paths('cache'))).toBe(undefined);
});

test('the last writer of a path is known', () => {
  const overlaps = new Overlaps();
  overlaps.end(overlaps.begin(one), paths('x'));
  overlaps.end(overlaps.begin(two), paths('x'));
  expect([overlaps.writerOf(path('x')), overlaps.writerOf(path('y'))]).toEqual([two, undefined]);
});
