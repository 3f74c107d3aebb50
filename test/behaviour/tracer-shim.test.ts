import { mkdirSync, symlinkSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { stampOf } from '../../src/base/files.ts';
import { joinPath } from '../../src/base/path.ts';
import { directoryWith } from '../harness/files.ts';
import { compileC, seen, traced, tracedShell } from '../harness/traced.ts';

const headers = ['fcntl', 'stdio', 'stdlib', 'string', 'signal', 'unistd', 'pthread', 'sys/stat', 'sys/wait', 'sys/syscall', 'sys/prctl'];
const prelude = `#define _GNU_SOURCE\n${headers.map((name) => `#include <${name}.h>`).join('\n')}\n`;

/** A C program in a directory of its own, so that looks of its directory are its own. */
function program(source: string, ...flags: string[]): string {
  const path = compileC(directoryWith({}), `${prelude}${source}`, ...flags);
  if (path === undefined) throw new Error('this machine has no C compiler');
  return path;
}

describe('looks that do not wait for the helper', () => {
  test('are told like all others, each once, with its stamp', async () => {
    const root = directoryWith({ file: 'text', 'd/file': '' });
    const source = `int main(void) { struct stat s; for (int i = 0; i < 3; i++) {
      stat("file", &s); lstat("d/file", &s); access("no", F_OK); close(open("d/file", O_RDONLY)); char t[9]; readlink("file", t, 9); } }`;
    const { trace } = await traced([program(source)], { root });
    expect(seen(trace, root)).toEqual(['stat file', 'stat d/file (nofollow)', 'stat no (absent)', 'read d/file', 'stat file (nofollow)']);
    expect(trace.events.find((event) => event.kind === 'read')?.before).toEqual(stampOf(joinPath(root, 'd/file')));
  });

  test('are most of those that programs make by way of their libc', async () => {
    const root = directoryWith({ file: 'text' });
    const script = `const fs = require('node:fs');
      for (let i = 0; i < 2000; i++) { fs.statSync('file'); fs.readFileSync('file'); fs.existsSync('missing' + i); }`;
    const { trace } = await traced([process.execPath, '-e', script], { root });
    expect(trace.incomplete).toBeUndefined();
    expect(trace.notifications).toBeLessThan(500);
    expect(seen(trace, root)).toHaveLength(2002);
  });

  test('by realpath, fopen, syscall and from open directories are told as well', async () => {
    const root = directoryWith({ 'd/file': 'text', 'd/other': '' });
    symlinkSync('file', `${root}/d/link`);
    const source = `int main(void) { char real[4096], text[9] = ""; struct stat s; int d = open("d", O_PATH);
      stat("d/no", &s); FILE *f = fopen("d/file", "r"); fgets(text, 9, f); puts(text); puts(realpath("d/./link", real) ? real + strlen(real) - 7 : "?");
      fstatat(d, "other", &s, 0); syscall(SYS_faccessat, d, "missing", F_OK); }`;
    const { trace, output } = await traced([program(source)], { root });
    expect(output).toBe('text\n/d/file\n');
    const looks = [
      'stat d/no (absent)',
      'read d/file',
      'readlink d/link',
      'stat d/file (nofollow)',
      'stat d/other',
      'stat d/missing (absent)',
    ];
    expect(
      seen(trace, root)
        .filter((line) => !/^stat d( |$)/.test(line))
        .toSorted(),
    ).toEqual(looks.toSorted());
  });

  test('are told although the process is killed right after', async () => {
    const root = directoryWith({ 'd/file': '', other: '' });
    const source = `int main(void) { struct stat s; stat("d/no", &s); if (open("d/file", O_RDONLY) >= 0) raise(SIGKILL); }`;
    const { trace } = await tracedShell(`${program(source)}; cat other`, { root });
    expect(trace.incomplete).toBeUndefined();
    expect(seen(trace, root)).toEqual(['stat d/no (absent)', 'read d/file', 'read other']);
  });

  test('may be more than one piece of the memory holds', async () => {
    const root = directoryWith({});
    const source = `int main(void) { char name[200]; struct stat s; memset(name, 'x', 190); name[190] = 0;
      for (int i = 0; i < 3000; i++) { sprintf(name + 180, "%d", i); stat(name, &s); } }`;
    const { trace } = await traced([program(source)], { root });
    expect(trace.incomplete).toBeUndefined();
    expect(seen(trace, root)).toHaveLength(3000);
    expect(trace.notifications).toBeLessThan(100);
  });

  test('of forks, threads and processes made by vfork are told as well', async () => {
    const root = directoryWith({ file: '' });
    const source = `static void *look(void *name) { struct stat s; for (int i = 0; i < 1000; i++) { stat(name, &s); stat("file", &s); } return NULL; }
      int main(void) { pthread_t t[4]; struct stat s; const char *names[] = {"t0", "t1", "t2", "t3"}; stat("file", &s);
        for (int i = 0; i < 4; i++) pthread_create(&t[i], NULL, look, (void *)names[i]);
        for (int i = 0; i < 20; i++) if (fork() == 0) { char name[9]; sprintf(name, "f%d", i); look(name); _exit(0); }
        if (vfork() == 0) { stat("v", &s); _exit(0); }
        for (int i = 0; i < 4; i++) pthread_join(t[i], NULL);
        while (wait(NULL) > 0); }`;
    const { trace } = await traced([program(source, '-pthread')], { root });
    expect(trace.incomplete).toBeUndefined();
    const names = ['file', 't0', 't1', 't2', 't3', 'v', ...Array.from({ length: 20 }, (_, i) => `f${i}`)];
    expect(new Set(seen(trace, root))).toEqual(new Set(names.map((name) => (name === 'file' ? 'stat file' : `stat ${name} (absent)`))));
  });
});

describe('the order of looks and changes', () => {
  test('is theirs', async () => {
    const root = directoryWith({ file: '' });
    const source = `int main(void) { struct stat s; for (int i = 0; i < 3; i++) {
      stat("x", &s); close(open("x", O_CREAT | O_WRONLY, 0600)); stat("x", &s); rename("x", "y"); stat("y", &s); unlink("y"); } }`;
    const { trace } = await traced([program(source)], { root });
    const round = ['stat x (absent)', 'write x (absent)', 'stat x', 'rename x -> y', 'remove y'];
    expect(seen(trace, root)).toEqual([...round.toSpliced(4, 0, 'stat y'), ...round, ...round]);
  });

  test('holds between processes that look and one that writes', async () => {
    const root = directoryWith({});
    const source = `int main(void) { struct stat s;
      for (int i = 0; i < 4; i++) if (fork() == 0) { while (stat("end", &s) != 0) { stat("x", &s); int f = open("x", O_RDONLY); if (f >= 0) close(f); } _exit(0); }
      for (int i = 0; i < 300; i++) { close(open("y", O_CREAT | O_WRONLY, 0600)); rename("y", "x"); if (i % 3 == 0) unlink("x"); }
      close(open("end", O_CREAT | O_WRONLY, 0600)); while (wait(NULL) > 0); }`;
    const { trace } = await traced([program(source)], { root });
    expect(trace.incomplete).toBeUndefined();
    const lines = seen(trace, root).filter((line) => /^(read|stat) x/.test(line));
    // Nothing is there before the first time it is renamed to.
    const first = seen(trace, root).indexOf('rename y -> x');
    expect(seen(trace, root).slice(0, first)).not.toContain('read x');
    expect(lines).toContain('read x');
  });
});

describe('what is left to the helper', () => {
  test('links at the end of a path, and what is behind them', async () => {
    const root = directoryWith({ 'd/file': '' });
    const outside = directoryWith({ 'deep/file': 'text' });
    symlinkSync('d/file', `${root}/link`);
    symlinkSync(outside, `${root}/out`);
    const source = `int main(void) { struct stat s; stat("file", &s); close(open("link", O_RDONLY)); stat("link", &s); access("link", R_OK);
      close(open("out/deep/file", O_RDONLY)); close(open("${outside}/deep/file", O_RDONLY)); }`;
    const { trace } = await traced([program(source)], { root });
    expect(seen(trace, root)).toEqual(['stat file (absent)', 'read link', 'stat link', 'read out/deep/file']);
    expect(seen(trace, outside)).toContain('read deep/file');
  });

  test('a path outside becomes an input once a link of a root leads there', async () => {
    const root = directoryWith({});
    const outside = directoryWith({ 'd/file': 'text' });
    const source = `int main(void) { struct stat s; for (int i = 0; i < 2; i++) stat("${outside}/d/file", &s);
      symlink("${outside}/d", "link"); stat("link", &s); for (int i = 0; i < 2; i++) stat("${outside}/d/file", &s); }`;
    const { trace } = await traced([program(source)], { root });
    expect(seen(trace, outside)).toEqual(['stat d/file']);
  });

  test('what a .. leaves inside of a root', async () => {
    const root = directoryWith({ 'd/file': '', file: '' });
    const outside = directoryWith({ 'd/file': '', 'e/file': '' });
    symlinkSync(`${root}/d`, `${outside}/link`);
    const source = `int main(void) { struct stat s; for (int i = 0; i < 2; i++) { stat("d/no", &s); stat("no", &s); stat("d/../file", &s);
      stat("${outside}/d/file", &s); stat("${outside}/e/file", &s); stat("${outside}/e/../d/file", &s); stat("${outside}/link/../file", &s); } }`;
    const { trace } = await traced([program(source)], { root });
    expect(seen(trace, root)).toEqual(['stat d/no (absent)', 'stat no (absent)', 'stat d', 'stat file']);
  });

  test('paths from a directory that was moved in the meantime', async () => {
    const root = directoryWith({ 'a/b/file': '' });
    const source = `int main(void) { struct stat s; chdir("a/b"); stat("file", &s); rename("${root}/a", "${root}/c"); stat("file", &s); }`;
    const { trace } = await traced([program(source)], { root });
    expect(seen(trace, root)).toEqual(['stat a/b', 'stat a/b/file', 'rename a -> c', 'stat c/b/file']);
  });

  test('relative paths lead from where the process is, however it got there', async () => {
    const root = directoryWith({ 'a/x': '', 'b/x': '', 'c/x': '', 'd/x': '', 'e/x': '' });
    const inline = `static int raw(const char *path) { long r; __asm__ volatile("syscall" : "=a"(r) : "a"(80), "D"(path) : "rcx", "r11", "memory"); return r; }`;
    const source = `${process.arch === 'x64' ? inline : 'static int raw(const char *path) { return chdir(path); }'}
      static void look(void) { struct stat s; stat("x", &s); stat("x", &s); }
      int main(void) { int b = open("b", O_DIRECTORY); look(); chdir("a"); look(); fchdir(b); look(); syscall(SYS_chdir, "../c"); look();
        if (vfork() == 0) { chdir("../d"); look(); _exit(0); } look(); raw("../e"); look(); raw("../b"); look(); }`;
    const { trace } = await traced([program(source)], { root });
    const looks = seen(trace, root).filter((line) => line.endsWith('x') || line.includes('x ('));
    expect(looks.toSorted()).toEqual(['stat a/x', 'stat b/x', 'stat c/x', 'stat d/x', 'stat e/x', 'stat x (absent)']);
  });

  test('a FIFO, which is opened once', async () => {
    const root = directoryWith({ file: '' });
    const { trace, output } = await tracedShell('mkfifo p; echo text > p & cat file p; cat file', { root });
    expect(output).toBe('text\n');
    expect(seen(trace, root).some((line) => line === 'read p' || line === 'stat p')).toBe(true);
  });

  test('directories, whose names are read', async () => {
    const root = directoryWith({ 'd/file': '' });
    const { trace } = await traced([program('int main(void) { close(open("d", O_RDONLY)); close(open("d", O_RDONLY)); }')], { root });
    expect(seen(trace, root)).toEqual(['list d']);
  });
});

describe('programs that are particular about what is preloaded', () => {
  test('the own libraries of the user come first', async () => {
    const root = directoryWith({});
    const { output } = await traced(['/usr/bin/printenv', 'LD_PRELOAD'], { root, variables: Buffer.from('LD_PRELOAD=libm.so.6\0') });
    expect(output).toBe('libm.so.6:linux-reprise/trace.so\n');
  });

  test.each(['address', 'thread', 'undefined', 'leak'])('a program with the %s sanitizer runs', async (sanitizer) => {
    const root = directoryWith({ file: '' });
    const path = compileC(directoryWith({}), `${prelude}int main(void) { return open("file", O_RDONLY) < 0; }`, `-fsanitize=${sanitizer}`);
    if (path === undefined) return;
    const { trace, exitCode } = await traced([path], { root });
    expect(exitCode).toBe(0);
    expect(seen(trace, root)).toEqual(['read file']);
  });

  test('a program in a sandbox makes no calls but its own', async () => {
    const root = directoryWith({ file: '' });
    // In the strict mode only reading, writing and ending are allowed.
    const source = `int main(void) { struct stat s; stat("file", &s); prctl(PR_SET_SECCOMP, 1); write(1, "in", 2); syscall(SYS_exit, 7); }`;
    const { output, exitCode } = await traced([program(source)], { root });
    expect([output, exitCode]).toEqual(['in', 7]);
  });

  test('one that loses the variable is seen all the same', async () => {
    const root = directoryWith({ file: '' });
    mkdirSync(`${root}/d`);
    const { trace } = await tracedShell('env -i /bin/cat file; cd d; env -i /bin/cat ../file', { root });
    expect(seen(trace, root)).toEqual(['read file', 'stat d']);
  });
});
