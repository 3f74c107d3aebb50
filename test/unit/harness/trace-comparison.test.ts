import { symlinkSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Stamp } from '../../../src/base/files.ts';
import type { AbsolutePath } from '../../../src/base/path.ts';
import type { RawEvent } from '../../../src/execute/trace/raw-trace.ts';
import { compare, outOfOrder } from '../../oracle/comparison.ts';
import { FileTree } from '../../oracle/file-tree.ts';
import { Replay } from '../../oracle/replay.ts';
import { parseLog } from '../../oracle/strace-log.ts';
import { toldBy } from '../../oracle/told.ts';
import { directoryWith } from '../../harness/files.ts';

/** As `strace -f -y -i` wrote it around the helper; the workspace is at `ROOT`. The first process is the helper, 101 the task. */
const log = [
  '100 [00007f0000001000] clone(child_stack=NULL, flags=SIGCHLD) = 101',
  '101 [00007f0000001000] execve("ROOT/tool", ["tool"], 0x7ffc /* 3 vars */) = 0',
  '101 [00007f0000001000] openat(AT_FDCWD<ROOT>, "linux-reprise/trace.so", O_RDONLY|O_CLOEXEC) = 3</memfd:trace.so>(deleted)',
  '101 [00007f0000001000] openat(AT_FDCWD<ROOT>, "linux-reprise/trace-log", O_RDWR|O_CLOEXEC) = 3</memfd:log>(deleted)',
  '101 [0000000070020017] openat(AT_FDCWD<ROOT>, "a", O_RDONLY|O_NOFOLLOW) = 3<ROOT/a>',
  '101 [0000000070020017] newfstatat(AT_FDCWD<ROOT>, "dir", {st_mode=S_IFDIR|0755}, AT_SYMLINK_NOFOLLOW) = 0',
  '101 [0000000070020017] newfstatat(AT_FDCWD<ROOT>, "gone", 0x7ffc, 0) = -1 ENOENT (No such file or directory)',
  '101 [0000000070020017] newfstatat(AT_FDCWD<ROOT>, "link", {st_mode=S_IFLNK|0777}, AT_SYMLINK_NOFOLLOW) = 0',
  '101 [00007f0000001000] newfstatat(AT_FDCWD<ROOT>, "link", {st_mode=S_IFREG|0644}, 0) = 0',
  '101 [00007f0000001000] openat(AT_FDCWD<ROOT>, "dir", O_RDONLY|O_DIRECTORY) = 3<ROOT/dir>',
  '101 [00007f0000001000] getdents64(3<ROOT/dir>, 0x7ffc /* 2 entries */, 32768) = 48',
  '101 [00007f0000001000] readlink("link", "a", 99) = 1',
  '101 [00007f0000001000] mkdir("made", 0777) = 0',
  '101 [00007f0000001000] rename("a", "made/a") = 0',
  '101 [00007f0000001000] openat(AT_FDCWD<ROOT>, "new", O_WRONLY|O_CREAT|O_TRUNC, 0666) = 4<ROOT/new>',
  '101 [00007f0000001000] chmod("new", 0600) = 0',
  '101 [00007f0000001000] link("new", "hard") = 0',
  '101 [00007f0000001000] symlink("hard", "soft") = 0',
  '101 [00007f0000001000] unlink("new") = 0',
];

const [file, directory, link] = [0o100644, 0o40755, 0o120777].map((mode): Stamp => ({
  dev: 1,
  ino: mode,
  size: 1,
  mtimeMs: 1,
  ctimeMs: 1,
  mode,
})) as [Stamp, Stamp, Stamp];

/** What a faithful trace tells of the same execution. */
const faithful: readonly RawEvent[] = [
  { kind: 'executed', path: at('tool') },
  { kind: 'read', path: at('a'), nofollow: false, before: file },
  { kind: 'stat', path: at('gone'), nofollow: false },
  { kind: 'stat', path: at('link'), nofollow: false, before: file },
  { kind: 'list', path: at('dir'), names: [], before: directory },
  { kind: 'readlink', path: at('link'), before: link },
  { kind: 'mkdir', path: at('made') },
  { kind: 'rename', path: at('a'), to: at('made/a'), before: file, exchange: false },
  { kind: 'write', path: at('new'), keeps: false },
  { kind: 'chmod', path: at('new'), before: file },
  { kind: 'link', path: at('new'), to: at('hard'), before: file },
  { kind: 'symlink', path: at('soft') },
  { kind: 'remove', path: at('new'), before: file },
];

const each = faithful.map((event, index) => [`${event.kind} ${event.path}`, index] as const);

describe('the comparison of a trace with what strace saw', () => {
  test('finds nothing where both are the same', () => {
    expect(differences(log, faithful)).toEqual({ lost: [], invented: [], outOfOrder: undefined });
  });

  test.each(each)('notices that an event is missing: %s', (_, index) => {
    expect(differences(log, faithful.toSpliced(index, 1)).lost).not.toEqual([]);
  });

  test.each(each)('notices that an event was invented: %s', (_, index) => {
    const event = { ...faithful[index], path: at('elsewhere') } as RawEvent;
    expect(differences(log, [...faithful, event])).toMatchObject({ lost: [], invented: [expect.stringContaining('/ROOT/elsewhere')] });
  });

  test.each(each)('notices that an event is of a wrong kind: %s', (_, index) => {
    const { kind, path } = faithful[index] ?? {};
    const wrong = { kind: kind === 'write' ? 'chmod' : 'write', path, keeps: false } as RawEvent;
    const { lost } = differences(log, faithful.toSpliced(index, 1, wrong));
    expect(lost).not.toEqual([]);
  });

  test('notices changes of names in another order', () => {
    const swapped = faithful.map((event, index) => (index === 6 ? faithful[7] : index === 7 ? faithful[6] : event)) as RawEvent[];
    expect(differences(log, swapped)).toMatchObject({ lost: [], invented: [], outOfOrder: 'rename /ROOT/a => /ROOT/made/a' });
  });

  test.each([
    ['with other flags', 'openat(AT_FDCWD<ROOT>, "linux-reprise/trace.so", O_RDONLY) = 3</memfd:trace.so>(deleted)'],
    ['as a file', 'openat(AT_FDCWD<ROOT>, "linux-reprise/trace.so", O_RDONLY|O_CLOEXEC) = 3<ROOT/linux-reprise/trace.so>'],
    ['in vain', 'openat(AT_FDCWD<ROOT>, "linux-reprise/trace.so", O_RDONLY|O_CLOEXEC) = -1 ENOENT (No such file or directory)'],
    ['elsewhere', 'openat(AT_FDCWD<ROOT>, "./linux-reprise/trace.so", O_RDONLY|O_CLOEXEC) = 3</memfd:trace.so>(deleted)'],
  ])('excuses no name of the helper that is opened %s', (_, call) => {
    expect(differences([...log, `101 [00007f0000001000] ${call}`], faithful).lost).toEqual([
      expect.stringContaining('/ROOT/linux-reprise/trace.so'),
    ]);
  });

  test('excuses no look of the shim that no waiting call follows', () => {
    const withoutSecond = log.filter((line) => !line.includes('"link", {st_mode=S_IFREG'));
    expect(differences(withoutSecond, faithful.toSpliced(5, 1)).lost).toContain('look at link /ROOT/link');
  });
});

function at(path: string): AbsolutePath {
  return `/ROOT/${path}` as AbsolutePath;
}

function differences(lines: readonly string[], events: readonly RawEvent[]) {
  const root = directoryWith({ a: 'text', tool: '#!/bin/sh\n', 'dir/x': '' });
  symlinkSync('a', `${root}/link`);
  const calls = parseLog(lines.join('\n').replaceAll('ROOT', root));
  const truth = new Replay(calls, { root, cwd: root, tree: new FileTree(root) });
  const here = (path: string) => path.replace('/ROOT', root) as AbsolutePath;
  const told = toldBy(
    events.map((event) => ({ ...event, path: here(event.path), ...('to' in event && { to: here(event.to) }) })),
    root,
  );
  const shown = (text: string) => text.replaceAll(root, '/ROOT');
  const { lost, invented } = compare(truth, told, 0);
  const misplaced = outOfOrder(truth, told);
  return { lost: lost.map(shown), invented: invented.map(shown), outOfOrder: misplaced === undefined ? undefined : shown(misplaced) };
}
