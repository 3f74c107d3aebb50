import micromatch from 'micromatch';
import { expect, test } from 'vitest';
import { compileDirectoryGlob, escapeGlob } from '../../../src/workspace/directory-glob.ts';
import { Random } from '../../harness/random.ts';

const levels = ['a', 'b', 'ab', 'abc', 'ba', '.a', 'a.b', 'x y', 'old-a', 'b-old', '@x'];
const globs = [
  '*',
  '**',
  'a*',
  '*b',
  '*-old',
  '?',
  '?b',
  'a?c',
  '[ab]',
  '[^a]',
  '[a-b]*',
  '{a,b}',
  '{a,b}c',
  'a{,b}',
  '.*',
  '.a',
  'a.*',
  '*.b',
];
const groups = ['@(a|b)', '@(a|b)*', '+(a|b)', '*(a|b)', '?(a)b', '(a|ab)', '@x', '@(x|@x)'];

function pick(random: Random, from: readonly string[]): string {
  return Array.from({ length: 1 + random.below(4) }, () => random.pick(from)).join('/');
}

test('five hundred globs of directories match what micromatch has them match', () => {
  const random = new Random(1);
  const tried = Array.from({ length: 500 }, () => `/w/${pick(random, [...globs, ...groups, ...levels])}`);
  const paths = Array.from({ length: 100 }, () => `/w/${pick(random, levels)}`);
  const ours = tried.map((glob) => [glob, paths.filter(compileDirectoryGlob(glob))]);
  expect(ours).toEqual(tried.map((glob) => [glob, paths.filter((path) => micromatch.isMatch(path, glob))]));
  expect(ours.flatMap(([, matched]) => matched).length).toBeGreaterThan(500);
});

test.for([
  ['/w/!(a)', ['ab', 'b-old', 'b']],
  ['/w/!(a|*-old)', ['ab', 'b']],
  ['/w/!(a)b', ['b']],
  ['/w/[!a]*', ['b-old', 'b']],
] as const)('what is excluded in %s is excluded as in a shell', ([glob, expected]) => {
  const isMatch = compileDirectoryGlob(glob);
  expect(['a', 'ab', '.a', 'b-old', 'b'].filter((name) => isMatch(`/w/${name}`))).toEqual(expected);
});

test('a path, escaped, matches itself alone', () => {
  const odd = ['/w/[x]', '/w/(a|b)', '/w/{a,b}', '/w/!(a)', '/w/@+!|,', '/w/a\\b', '/w/*', '/w/q"?', '/w/new\nline', '/w/latin-\udce9'];
  expect(odd.map((glob) => odd.filter((path) => compileDirectoryGlob(escapeGlob(glob))(path)))).toEqual(odd.map((path) => [path]));
});

test.for(['/w/a(b', '/w/a)b', '/w/a|b', '/w/[a', '/w/a{b', '/w/a+b'])('what is not closed in %s stands for itself', (glob) => {
  expect(compileDirectoryGlob(glob)(glob)).toBe(true);
});
