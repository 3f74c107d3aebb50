import { expect, test } from 'vitest';
import { parseRunWords } from '../../../src/plan/run-words.ts';

const read = (text: string) => parseRunWords(text.split(' ').filter((word) => word !== ''));

test.each([
  ['build', { task: 'build', extraArgs: [], scope: { kind: 'current' } }],
  ['a#build', { task: 'a#build' }],
  ['', { task: undefined }],
  ['-r build --mode x -r', { task: 'build', scope: { kind: 'recursive' }, extraArgs: ['--mode', 'x', '-r'] }],
  ['build -- --watch', { extraArgs: ['--', '--watch'] }],
  ['-- build --watch', { task: 'build', extraArgs: ['--watch'] }],
  ['-t build', { scope: { kind: 'transitive' } }],
  ['-w build', { scope: { kind: 'root' } }],
  ['-w -r build', { scope: { kind: 'recursive' } }],
  ['-rw build', { scope: { kind: 'recursive' } }],
  ['-F a -F !b build', { task: 'build', scope: { kind: 'filters', patterns: ['a', '!b'], failIfNoMatch: false } }],
  ['--filter=a... --fail-if-no-match build', { scope: { kind: 'filters', patterns: ['a...'], failIfNoMatch: true } }],
  ['--no-cache build', { cache: 'off' }],
  ['--cache build', { cache: 'on' }],
  ['build --no-cache', { cache: undefined, extraArgs: ['--no-cache'] }],
  ['--parallel --continue --force --ignore-depends-on x', { parallel: true, keepGoing: true, force: true, ignoreDependsOn: true }],
  ['--concurrency-limit 3 x', { concurrencyLimit: '3', task: 'x' }],
  ['-vv x', { display: { log: undefined, verbosity: 2, lastDetails: false, dryRun: false, json: false } }],
  ['-v --log grouped --dry-run --json x', { display: { log: 'grouped', verbosity: 1, lastDetails: false, dryRun: true, json: true } }],
])('"%s" is read', (text, expected) => {
  expect(read(text)).toMatchObject(expected);
});

test('a filter value with spaces holds several patterns', () => {
  expect(parseRunWords(['-F', 'a  !b', 'x'])).toMatchObject({ scope: { patterns: ['a', '!b'] } });
});

test.each([
  ['--nope x', "unknown option '--nope'"],
  ['--recusive x', "unknown option '--recusive'"],
  ['--cache --no-cache x', '--cache and --no-cache exclude each other'],
  ['-t -r x', '--recursive and --transitive exclude each other'],
  ['-F a -w x', '--filter and --workspace-root exclude each other'],
  ['--fail-if-no-match x', '--fail-if-no-match goes with --filter'],
])('"%s" is wrong usage', (text, message) => {
  expect(read(text)).toMatchObject({ code: 'usage', message });
});

test('the nearest flag is named', () => {
  expect(read('--recusive x')).toMatchObject({ hint: "Did you mean '--recursive'?" });
});

test.each(['--log foo x', '-F', '--concurrency-limit'])('"%s" lacks a value that makes sense', (text) => {
  expect(read(text)).toMatchObject({ code: 'usage' });
});
