import { chmodSync, linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { kindOf, stampBehind, stampOf } from '../../src/base/files.ts';
import { joinPath } from '../../src/base/path.ts';
import { directoryWith } from '../harness/files.ts';
import { compileC, executed, seen, traced, tracedShell } from '../harness/traced.ts';

describe('what a task finds out', () => {
  test('a file that is read has the stamp that node gives it', async () => {
    const root = directoryWith({ 'a/input.txt': 'text' });
    const { trace, output } = await tracedShell('cat a/input.txt', { root });
    expect(output).toBe('text');
    expect(trace.incomplete).toBeUndefined();
    expect(trace.events).toContainEqual({
      kind: 'read',
      path: `${root}/a/input.txt`,
      nofollow: false,
      before: stampBehind(joinPath(root, 'a/input.txt')),
    });
  });

  test('a file that is not there is probed', async () => {
    const root = directoryWith({});
    const { trace } = await tracedShell('test -e missing; cat gone/missing 2>/dev/null', { root });
    expect(seen(trace, root)).toEqual(['stat missing (absent)', 'read gone/missing (absent)']);
  });

  test('the names of a directory are those of the moment when it was opened', async () => {
    const root = directoryWith({ 'd/file': '', 'd/sub/x': '' });
    symlinkSync('file', `${root}/d/link`);
    const { trace } = await tracedShell('ls d; mkfifo d/late', { root });
    const list = trace.events.find((event) => event.kind === 'list');
    expect(list?.names.toSorted((a, b) => (a.name < b.name ? -1 : 1))).toEqual([
      { name: 'file', kind: 'f' },
      { name: 'link', kind: 'l' },
      { name: 'sub', kind: 'd' },
    ]);
  });

  test('each finding is told once, until it turns out otherwise', async () => {
    const root = directoryWith({});
    const { trace } = await tracedShell('test -e x; test -e x; : > x; test -e x; test -e x; rm x; test -e x', { root });
    const lines = seen(trace, root).filter((line) => !line.includes('nofollow'));
    expect(lines).toEqual(['stat x (absent)', 'write x (absent)', 'stat x', 'remove x', 'stat x (absent)']);
  });

  test('a finding is told again when a file of another kind stands there', async () => {
    const root = directoryWith({ path: '' });
    const { trace } = await tracedShell('test -L path; rm path; ln -s elsewhere path; test -L path', { root });
    const looks = trace.events.filter(({ kind, path }) => kind === 'stat' && path === `${root}/path`);
    expect(new Set(looks.map(({ before }) => before && kindOf(before)))).toEqual(new Set(['file', 'link']));
  });

  test('a finding is told again, by whatever name the file became one of another kind', async () => {
    const root = directoryWith({ 'd/path': '', 'd/beside': '' });
    symlinkSync('d', `${root}/alias`);
    const program = compileC(root, '#include <sys/stat.h>\nint main(int n, char **a) { struct stat s; while (*++a) lstat(*a, &s); }');
    if (program === undefined) return;
    const script = `
      const look = () => require('node:child_process').spawnSync('./program', ['alias/beside', 'alias/path']);
      look();
      fs.unlinkSync('d/path'); fs.symlinkSync('elsewhere', 'd/path'); fs.mkdirSync('another');
      look();`;
    const { trace } = await traced([process.execPath, '-e', script], { root });
    const looks = trace.events.filter(({ kind, path }) => kind === 'stat' && path === `${root}/alias/path`);
    expect(looks.map(({ before }) => before && kindOf(before))).toEqual(['file', 'link']);
  });

  test('a link is told apart from what is behind it', async () => {
    const root = directoryWith({ target: 'text' });
    symlinkSync('target', `${root}/link`);
    const { trace } = await tracedShell('readlink link; test -L link; cat link', { root });
    expect(seen(trace, root)).toEqual(['readlink link', 'stat link (nofollow)', 'read link']);
    const [readlink, , read] = trace.events.filter((event) => event.kind !== 'executed');
    expect(readlink?.before).toEqual(stampOf(joinPath(root, 'link')));
    expect(read?.before).toEqual(stampOf(joinPath(root, 'target')));
  });

  test('names that are not UTF-8 come through', async () => {
    const root = directoryWith({});
    const { trace } = await tracedShell(`printf x > "$(printf 'n\\377')"; cat "$(printf 'n\\377')"`, { root });
    expect(seen(trace, root)).toEqual(['write n\udcff (absent)', 'read n\udcff']);
  });

  test('nothing is told of what is read elsewhere', async () => {
    const root = directoryWith({});
    const other = directoryWith({ file: '' });
    const { trace } = await tracedShell(`cat ${other}/file; ls ${other}; test -e ${other}/missing; cat /proc/self/status`, { root });
    expect(trace.events.filter((event) => event.kind !== 'executed')).toEqual([]);
  });
});

describe('what a task changes', () => {
  test('writing tells whether the old content counts', async () => {
    const root = directoryWith({ old: '1', log: '1' });
    const { trace } = await tracedShell('echo 2 > old; echo 2 >> log; echo 1 > new', { root });
    expect(seen(trace, root)).toEqual(['write old', 'write log (keeps)', 'write new (absent)']);
  });

  test('names come, go and move', async () => {
    const root = directoryWith({ a: '', b: '', c: '' });
    const { trace } = await tracedShell('mkdir d && mv a b && ln -s b s && ln c h && chmod 700 c && rm c && rmdir d', { root });
    const changes = seen(trace, root).filter((line) => !/^(stat|readlink) /.test(line));
    // `mv` asks for a name that is free first, and fails.
    expect(changes).toEqual([
      'mkdir d (absent)',
      'rename a -> b (over)',
      'rename a -> b (over)',
      'symlink s (absent)',
      'link c -> h',
      'chmod c',
      'remove c',
      'remove d',
    ]);
  });

  test('a directory may move to what only looks like a place in itself', async () => {
    const root = directoryWith({ 'a/file': '', 'b/file': '' });
    symlinkSync('../b', `${root}/a/out`);
    const { trace } = await traced([process.execPath, '-e', `fs.renameSync('a', 'a/out/a')`], { root });
    expect(seen(trace, root)).toContain('rename a -> a/out/a');
  });

  test('nothing changes places with what is in it', async () => {
    const root = directoryWith({ 'a/file': '' });
    const source = `
      #define _GNU_SOURCE
      #include <fcntl.h>
      #include <stdio.h>
      int main(void) {
        return renameat2(AT_FDCWD, "a", AT_FDCWD, "a/file", RENAME_EXCHANGE) == 0 || renameat2(AT_FDCWD, "a/file", AT_FDCWD, "a", RENAME_EXCHANGE) == 0;
      }`;
    const { exitCode, trace } = await traced([compileC(root, source) ?? ''], { root });
    expect(exitCode).toBe(0);
    expect(seen(trace, root)).toEqual(['stat a (nofollow)', 'stat a/file (nofollow)']);
  });

  test('a link that leads to itself is a file that is not there, for who would make it too', async () => {
    const root = directoryWith({});
    symlinkSync('link', `${root}/link`);
    const { trace } = await tracedShell('(: > link) 2>/dev/null', { root });
    expect(seen(trace, root)).toEqual(['stat link (absent)', 'write link (absent)']);
  });

  test('what looks as if it must fail is a look, and the change that it may still become', async () => {
    const root = directoryWith({ 'full/file': '', file: '' });
    const script = `
      const fs = require('node:fs');
      const attempt = (name, ...args) => { try { fs[name](...args); } catch {} };
      attempt('mkdirSync', 'file'); attempt('rmdirSync', 'full'); attempt('renameSync', 'missing', 'x'); attempt('unlinkSync', 'nothing');
      attempt('linkSync', 'file', 'full'); attempt('symlinkSync', 'x', 'file'); attempt('readlinkSync', 'file'); attempt('openSync', 'no/where', 'w');
      attempt('openSync', 'file', 'wx'); attempt('openSync', 'full', 'r+'); attempt('renameSync', 'file', 'full');`;
    const { trace } = await traced([process.execPath, '-e', script], { root });
    expect(seen(trace, root)).toEqual([
      'stat file (nofollow)',
      'stat full (nofollow)',
      'remove full',
      'stat missing (absent, nofollow)',
      'rename missing -> x (absent)',
      'stat nothing (absent, nofollow)',
      'symlink file',
      'stat no/where (absent)',
      'write no/where (absent)',
      'write file',
      'stat full',
    ]);
  });

  test('a change elsewhere is told, but not in /dev', async () => {
    const root = directoryWith({});
    const other = directoryWith({ file: '' });
    const { trace } = await tracedShell(
      `: > ${other}/file; mkdir ${other}/d; echo x > /dev/null; : > /dev/shm/reprise-$$; rm /dev/shm/reprise-$$`,
      { root },
    );
    const changes = trace.events.filter((event) => event.kind === 'write' || event.kind === 'mkdir' || event.kind === 'remove');
    expect(changes.map(({ kind, path }) => `${kind} ${path}`)).toEqual([`write ${other}/file`, `mkdir ${other}/d`]);
  });
});

describe('where a path leads', () => {
  test('a path in the workspace stays as it was written', async () => {
    const root = directoryWith({ 'real/file': '' });
    symlinkSync('real', `${root}/alias`);
    const { trace } = await tracedShell('cat ./alias//./file', { root });
    expect(seen(trace, root)).toEqual(['read alias/file']);
  });

  test('`..` leaves the directory that a link leads to, and the link is told', async () => {
    const root = directoryWith({ 'a/b/c': '', 'a/file': 'right', file: 'wrong' });
    symlinkSync('a/b', `${root}/link`);
    const { trace, output } = await tracedShell('cat link/../file', { root });
    expect(output).toBe('right');
    expect(seen(trace, root)).toEqual(['stat link', 'read a/file']);
  });

  test.each([
    ['a link from elsewhere', (other: string) => `${other}/in/dir/file`],
    ['a working directory of /proc', () => '/proc/self/cwd/dir/file'],
    ['the file system of /proc', (_: string, root: string) => `/proc/thread-self/root${root}/dir/file`],
    [
      'a detour',
      (other: string, root: string) => `${other}/../..${root}/dir/file`.replace('/../..', '/..'.repeat(other.split('/').length - 1)),
    ],
    ['a link to the file', (other: string) => `${other}/to-file`],
  ])('a path into the workspace is found out: %s', async (_, spell) => {
    const root = directoryWith({ 'dir/file': '' });
    const other = directoryWith({});
    symlinkSync(root, `${other}/in`);
    symlinkSync(`${root}/dir/file`, `${other}/to-file`);
    const { trace } = await tracedShell(`cat ${spell(other, root)}`, { root });
    expect(seen(trace, root)).toContain('read dir/file');
  });

  test('nothing is behind the `..` of what is no directory', async () => {
    const root = directoryWith({ file: '', other: '' });
    const { trace } = await tracedShell('cat file/../other 2>/dev/null; rm -f file/../other 2>/dev/null', { root });
    expect(seen(trace, root)).toEqual(['stat file']);
  });

  test('of two names the second does not matter when the first leads nowhere', async () => {
    const root = directoryWith({ file: '', 'dir/x': '' });
    const { trace } = await traced([process.execPath, '-e', `try { fs.renameSync('file/../x', 'dir/../y') } catch {}`], { root });
    expect(seen(trace, root)).toEqual(['stat file']);
  });

  test.each([
    ['itself', ['loop', 'loop']],
    ['what would be below itself', ['loop', 'loop/deeper']],
    ['a link back', ['loop', 'back', 'back', 'loop/x']],
  ])('links in circles invent no paths, wherever they are reached from: %s', async (_, [link = '', to = '', ...back]) => {
    const root = directoryWith({});
    const other = directoryWith({});
    symlinkSync(to, `${root}/${link}`);
    if (back[0] !== undefined && back[1] !== undefined) symlinkSync(back[1], `${root}/${back[0]}`);
    symlinkSync(`${root}/loop`, `${other}/in`);
    const { trace } = await tracedShell(`test -e ${other}/in; cat ${other}/in/below 2>/dev/null; test -e loop`, { root });
    expect(seen(trace, root)).toEqual(['stat loop (absent)']);
  });

  test('an open descriptor is a path too', async () => {
    const root = directoryWith({ file: '', 'dir/x': '' });
    const { trace } = await tracedShell('exec 3< file 4< dir; cat /dev/fd/3; cat /proc/self/fd/4/x', { root });
    expect(seen(trace, root)).toEqual(['read file', 'list dir', 'read dir/x']);
  });

  test('a probe through a dangling link from elsewhere is a probe of the workspace', async () => {
    const root = directoryWith({});
    const other = directoryWith({});
    symlinkSync(`${root}/made/later`, `${other}/dangling`);
    const { trace } = await tracedShell(`test -e ${other}/dangling; test -e ${other}/dangling/x`, { root });
    expect(seen(trace, root)).toEqual(['stat made/later (absent)', 'stat made/later/x (absent)']);
  });

  test('a tree that a link of the workspace leads to belongs to it', async () => {
    const root = directoryWith({});
    const other = directoryWith({ 'lib/index.js': '', 'lib/deep/x': '', 'outside/y': '' });
    symlinkSync(`${other}/lib`, `${root}/lib`);
    const { trace } = await tracedShell(`cat lib/index.js ${other}/lib/deep/x ${other}/outside/y`, { root });
    const reads = trace.events.filter((event) => event.kind === 'read').map((event) => event.path);
    expect(reads).toEqual([`${root}/lib/index.js`, `${other}/lib/deep/x`]);
  });

  test('a link that is only read leads to such a tree as well', async () => {
    const root = directoryWith({});
    const other = directoryWith({ 'lib/index.js': '' });
    symlinkSync(`${other}/lib`, `${root}/lib`);
    const { trace } = await tracedShell('cat "$(readlink lib)/index.js"', { root });
    expect(trace.events).toContainEqual(expect.objectContaining({ kind: 'read', path: `${other}/lib/index.js` }));
  });

  test('what is known of links is forgotten when the task changes them', async () => {
    const root = directoryWith({ 'one/file': '', 'two/file': '' });
    const other = directoryWith({});
    symlinkSync(`${root}/one`, `${other}/link`);
    const { trace } = await tracedShell(`cat ${other}/link/file; ln -sfn ${root}/two ${other}/link; cat ${other}/link/file`, { root });
    expect(seen(trace, root).filter((line) => line.startsWith('read '))).toEqual(['read one/file', 'read two/file']);
  });

  test('a deleted directory still has a parent', async () => {
    const root = directoryWith({ file: '' });
    const { trace } = await tracedShell('mkdir d; cd d; rmdir ../d; cat ../file; cat file', { root });
    expect(seen(trace, root).filter((line) => line.includes('file'))).toEqual(['read file']);
  });
});

describe('what a task executes', () => {
  test('a script brings its interpreters', async () => {
    const root = directoryWith({ 'tool.sh': '#!/bin/sh\ntrue\n' });
    writeFileSync(`${root}/outer`, `#! ${root}/tool.sh arg\n`, { mode: 0o755 });
    const { trace } = await traced([`${root}/outer`], { root });
    expect(executed(trace).slice(0, 3)).toEqual([`${root}/outer`, `${root}/tool.sh`, '/bin/sh']);
    expect(executed(trace)).toContainEqual(expect.stringMatching(/ld.*\.so/));
  });

  test('a program of the workspace is told as it was named', async () => {
    const root = directoryWith({ 'tool.sh': '#!/bin/sh\n' });
    linkSync(`${root}/tool.sh`, `${root}/same`);
    symlinkSync('same', `${root}/alias`);
    const { trace } = await tracedShell('./alias; missing/alias 2>/dev/null; true', { root });
    expect(executed(trace)).toContain(`${root}/alias`);
    expect(seen(trace, root)).toContain('stat missing/alias (absent)');
  });

  test('what may not be executed is not a program', async () => {
    const root = directoryWith({ file: '' });
    chmodSync(`${root}/file`, 0o644);
    mkdirSync(`${root}/dir`);
    const { trace } = await tracedShell('./file; ./dir; true', { root });
    expect(executed(trace).filter((path) => path.startsWith(root))).toEqual([]);
  });
});
