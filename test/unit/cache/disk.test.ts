import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { joinPath, type AbsolutePath } from '../../../src/base/path.ts';
import { Disk } from '../../../src/cache/disk.ts';
import { directoryWith, writeInto } from '../../harness/files.ts';

const tool = '#!/bin/sh';

/** All that is asked of a disk, of the paths `file`, `dir`, `link` and a tool. */
function seen(disk: Disk, root: AbsolutePath): unknown {
  const at = (path: string) => joinPath(root, path);
  return {
    size: disk.stamp(at('file'))?.size,
    names: disk.names(at('dir'))?.map(({ name }) => name),
    link: disk.link(at('link')),
    realPath: disk.realPath(at('link')),
    program: disk.isProgram(at('node_modules/.bin/tool')),
    fixed: disk.isProgram(at('program')),
  };
}

function workspace(): AbsolutePath {
  const root = directoryWith({ file: '1', 'dir/a': '', program: tool, 'node_modules/.bin/tool': tool });
  symlinkSync('file', joinPath(root, 'link'));
  return root;
}

/** Everything that `seen` asks for is another afterwards. */
function change(root: AbsolutePath): void {
  writeFileSync(joinPath(root, 'file'), 'longer');
  writeFileSync(joinPath(root, 'dir/b'), '');
  rmSync(joinPath(root, 'link'));
  symlinkSync('dir', joinPath(root, 'link'));
  rmSync(joinPath(root, 'node_modules'), { recursive: true });
  rmSync(joinPath(root, 'program'));
}

describe('the disk', () => {
  test('is asked each time unless it is to be remembered', () => {
    const root = workspace();
    const disk = new Disk();
    const before = seen(disk, root);
    change(root);
    expect(seen(disk, root)).not.toEqual(before);
    expect(seen(disk, root)).toEqual(seen(new Disk(), root));
  });

  test('is remembered as it was first seen, and as it is now once that is forgotten', () => {
    const root = workspace();
    const disk = new Disk();
    disk.remember();
    const before = seen(disk, root);
    change(root);
    expect(seen(disk, root)).toEqual(before);
    disk.forget();
    expect(seen(disk, root)).toEqual(seen(new Disk(), root));
  });

  test('is asked anew for what has changed, the directories above it, and programs', () => {
    const root = workspace();
    const disk = new Disk();
    disk.remember();
    seen(disk, root);
    change(root);
    for (const path of ['file', 'dir/b', 'link', 'node_modules/.bin/tool']) disk.changed(joinPath(root, path));
    expect(seen(disk, root)).toEqual(seen(new Disk(), root));
  });

  test('has a tool that was put where none was, once that is told', () => {
    const root = directoryWith({});
    const disk = new Disk();
    disk.remember();
    const place = joinPath(root, 'node_modules/.bin/tool');
    expect(disk.isProgram(place)).toBe(false);
    writeInto(root, { 'node_modules/.bin/tool': tool });
    disk.changed(place);
    expect(disk.isProgram(place)).toBe(true);
  });

  test('finds tools behind a linked directory, and none in what is no directory', () => {
    const root = directoryWith({ 'real/tool': tool, 'b/node_modules/.bin': '' });
    mkdirSync(joinPath(root, 'a/node_modules'), { recursive: true });
    symlinkSync('../../real', joinPath(root, 'a/node_modules/.bin'));
    const disk = new Disk();
    disk.remember();
    expect(['a', 'b'].map((name) => disk.isProgram(joinPath(root, `${name}/node_modules/.bin/tool`)))).toEqual([true, false]);
  });
});
