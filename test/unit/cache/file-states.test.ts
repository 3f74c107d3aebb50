import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { loadHasher } from '../../../src/base/digest.ts';
import { stampOf } from '../../../src/base/files.ts';
import { joinPath } from '../../../src/base/path.ts';
import { localTarget, portableTarget } from '../../../src/cache/file-state.ts';
import { worldWith } from './world.ts';

const hasher = await loadHasher();

describe('the state of a path', () => {
  test('tells what stands there', async () => {
    const { root, states } = await worldWith({ file: 'A', bin: '#!' });
    mkdirSync(joinPath(root, 'd'));
    symlinkSync('file', joinPath(root, 'l'));
    spawnSync('mkfifo', [joinPath(root, 'fifo')]);
    const found = await states.read(['file', 'bin', 'd', 'l', 'fifo', 'gone', 'file/below', '']);
    expect(Object.fromEntries([...found].map(([at, state]) => [at, 'digest' in state ? state.digest : state.kind]))).toEqual({
      file: hasher.ofText('A'),
      bin: hasher.ofText('#!'),
      d: 'directory',
      l: 'link',
      fifo: 'other',
      gone: 'absent',
      'file/below': 'absent',
      '': 'directory',
    });
  });

  test('has the stamp under which all of a file was read', async () => {
    const { root, states } = await worldWith({ file: 'A' });
    expect((await states.read(['file'])).get('file')).toMatchObject({ executable: false, size: 1, stamp: stampOf(joinPath(root, 'file')) });
    chmodSync(joinPath(root, 'file'), 0o755);
    expect((await states.read(['file'])).get('file')).toMatchObject({ executable: true, mode: 0o100755 });
  });

  test('is of now, even when size and times are as before', async () => {
    const { root, states } = await worldWith({ file: 'A' });
    utimesSync(joinPath(root, 'file'), 1000, 1000);
    await states.read(['file']);
    writeFileSync(joinPath(root, 'file'), 'B');
    utimesSync(joinPath(root, 'file'), 1000, 1000);
    expect((await states.read(['file'])).get('file')).toMatchObject({ digest: hasher.ofText('B') });
  });

  test('is the same whether little or much has to be hashed', async () => {
    const names = Array.from({ length: 200 }, (_, index) => `f${index}`);
    const { states } = await worldWith(Object.fromEntries(names.map((name) => [name, name])));
    const found = await states.read(names);
    expect(names.filter((name) => (found.get(name) as { digest?: string }).digest !== hasher.ofText(name))).toEqual([]);
  });
});

describe('the target of a link', () => {
  test('inside the workspace moves along with it', async () => {
    const { root } = await worldWith({});
    const portable = portableTarget(root, `${root}/src/a`);
    expect(portable).not.toContain(root);
    expect(localTarget(joinPath(root, 'elsewhere'), portable)).toBe(`${root}/elsewhere/src/a`);
    expect(localTarget(root, portableTarget(root, root))).toBe(root);
  });

  test.for(['a', '../a', '/etc/a', ''])('that is %j stays as it is', async (target) => {
    const { root } = await worldWith({});
    expect(localTarget(root, portableTarget(root, target))).toBe(target);
    expect(portableTarget(root, `${root}x/a`)).toBe(`${root}x/a`);
  });
});
