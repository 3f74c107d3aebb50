import { symlinkSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { fsPath, joinPath, toWorkspacePath, type AbsolutePath } from '../../../../src/base/path.ts';
import { LinkWalk } from '../../../../src/execute/trace/link-walk.ts';
import { directoryWith } from '../../../harness/files.ts';

function treeWith(links: Readonly<Record<string, string>>, files: Readonly<Record<string, string>> = {}): AbsolutePath {
  const root = directoryWith(files);
  for (const [at, target] of Object.entries(links)) symlinkSync(fsPath(target.replace('ROOT', root)), fsPath(joinPath(root, at)));
  return root;
}

/** Where a path leads, and by way of which links. */
function resolved(root: AbsolutePath, at: string, follow = true, walk = new LinkWalk(root)): readonly [string, ...string[]] {
  const { path, crossed } = walk.resolve(joinPath(root, at), follow);
  return [toWorkspacePath(root, path), ...crossed.map((link) => toWorkspacePath(root, link))];
}

describe('a path leads', () => {
  test('to itself where no link is on the way', () => {
    expect(resolved(treeWith({}, { 'a/b': '' }), 'a/b')).toEqual(['a/b']);
  });

  test('through relative and absolute links', () => {
    const root = treeWith({ relative: 'a', absolute: 'ROOT/a', 'a/up': '../b/./c' }, { 'a/x': '', 'b/c/y': '' });
    expect(resolved(root, 'relative/x')).toEqual(['a/x', 'relative']);
    expect(resolved(root, 'absolute/x')).toEqual(['a/x', 'absolute']);
    expect(resolved(root, 'a/up/y')).toEqual(['b/c/y', 'a/up']);
  });

  test('through a link at its end only where it is followed', () => {
    const root = treeWith({ l: 'a', d: 'e' }, { a: '', 'e/f': '' });
    expect([resolved(root, 'l'), resolved(root, 'l', false)]).toEqual([['a', 'l'], ['l']]);
    expect(resolved(root, 'd/f', false)).toEqual(['e/f', 'd']);
  });

  test('through every link of a chain', () => {
    const root = treeWith({ one: 'two/x', two: 'three', three: 'a', 'a/x': 'y' }, { 'a/y/z': '' });
    expect(resolved(root, 'one/z')).toEqual(['a/y/z', 'one', 'two', 'three', 'a/x']);
  });

  test('out of the workspace, and on from there', () => {
    const outside = directoryWith({ 'd/x': '' });
    symlinkSync('d', joinPath(outside, 'l'));
    const root = treeWith({ out: `${outside}/l` });
    const seen = (at: string) => toWorkspacePath(root, joinPath(outside, at));
    expect(resolved(root, 'out/x')).toEqual([seen('d/x'), 'out', seen('l')]);
  });

  test('nowhere in particular where a link dangles', () => {
    const root = treeWith({ dangling: 'gone/too' });
    expect([resolved(root, 'dangling'), resolved(root, 'dangling/x')]).toEqual([
      ['gone/too', 'dangling'],
      ['gone/too/x', 'dangling'],
    ]);
  });

  test('to an end, even in a circle', () => {
    const root = treeWith({ a: 'b', b: 'a', self: 'self/x' });
    expect(resolved(root, 'a/x').slice(1)).toEqual(expect.arrayContaining(['a', 'b']));
    expect(resolved(root, 'self').length).toBeGreaterThan(1);
  });

  test('by its letters where nothing stands', () => {
    expect(resolved(treeWith({}, { file: '' }), 'file/x/y')).toEqual(['file/x/y']);
  });

  test('through names that are not UTF-8', () => {
    const root = treeWith({ 'l\udcff': 'd\udcfe' });
    expect(resolved(root, 'l\udcff/x')).toEqual(['d\udcfe/x', 'l\udcff']);
  });
});

test('a link that is yet to come is not crossed before', () => {
  const root = treeWith({ 'd/l': '../a' }, { 'a/x': '', 'd/y': '' });
  const walk = new LinkWalk(root);
  walk.expect(joinPath(root, 'd/l'));
  expect(resolved(root, 'd/l/x', true, walk)).toEqual(['d/l/x']);
  walk.appears(joinPath(root, 'd/l'));
  expect(resolved(root, 'd/l/x', true, walk)).toEqual(['a/x', 'd/l']);
});
