import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import type { AbsolutePath } from '../../src/base/path.ts';
import { directoryWith } from './files.ts';

/** A directory with what the programs below need. */
export function accessedDirectory(): AbsolutePath {
  const files = ['read', 'probed', 'target', 'dir/inside', 'appended', 'cut', 'gone', 'old', 'dirold/x', 'from', 'over', 'first', 'mode'];
  const more = ['path', 'cwd', 'dir/infd', 'source', 'mapped'];
  const root = directoryWith({ ...Object.fromEntries([...files, ...more].map((name) => [name, 'text'])), script: '#!/bin/sh\n' });
  spawnSync('sh', ['-c', 'ln -s target link; mkdir empty; chmod +x script'], { cwd: root });
  return root;
}

/** What a trace of one of them holds, as `seen` tells it. */
export const accesses = [
  'read read',
  'read missing (absent)',
  'stat probed',
  'stat unprobed (absent)',
  'readlink link',
  'list dir',
  'read dir/inside',
  'write made (absent)',
  'write appended (keeps)',
  'write cut',
  'remove gone',
  'rename old -> new',
  'rename dirold -> dirnew',
  'rename from -> over (over)',
  'link first -> second',
  'symlink sym (absent)',
  'mkdir newdir (absent)',
  'remove empty',
  'chmod mode',
] as const;

/** Those of a program in C, which goes further. */
export const moreAccesses = [
  'stat path',
  'read cwd',
  'read dir/infd',
  'write nameless (absent)',
  'read source',
  'write copied (absent)',
  'read mapped',
] as const;

const raw = `
  #define CALL(number, a, b, c, d, e) ({ long result; register long r10 __asm__("r10") = (long)(d); register long r8 __asm__("r8") = (long)(e); \\
    __asm__ volatile("syscall" : "=a"(result) : "a"((long)(number)), "D"((long)(a)), "S"((long)(b)), "d"((long)(c)), "r"(r10), "r"(r8) : "rcx", "r11", "memory"); (int)result; })
  #define open(path, flags, ...) CALL(SYS_open, path, flags, 0644, 0, 0)
  #define openat(fd, path, flags, ...) CALL(SYS_openat, fd, path, flags, 0644, 0)
  #define creat(path, mode) CALL(SYS_creat, path, mode, 0, 0, 0)
  #define access(path, mode) CALL(SYS_access, path, mode, 0, 0, 0)
  #define stat_of(path, status) CALL(SYS_stat, path, status, 0, 0, 0)
  #define readlink(path, text, size) CALL(SYS_readlink, path, text, size, 0, 0)
  #define truncate(path, length) CALL(SYS_truncate, path, length, 0, 0, 0)
  #define unlink(path) CALL(SYS_unlink, path, 0, 0, 0, 0)
  #define rename(from, to) CALL(SYS_rename, from, to, 0, 0, 0)
  #define link(from, to) CALL(SYS_link, from, to, 0, 0, 0)
  #define linkat(a, b, c, d, e) CALL(SYS_linkat, a, b, c, d, e)
  #define symlink(to, path) CALL(SYS_symlink, to, path, 0, 0, 0)
  #define mkdir(path, mode) CALL(SYS_mkdir, path, mode, 0, 0, 0)
  #define rmdir(path) CALL(SYS_rmdir, path, 0, 0, 0, 0)
  #define chmod(path, mode) CALL(SYS_chmod, path, mode, 0, 0, 0)`;

/** Ends with 0 when io_uring was refused. */
const program = `
  #define _GNU_SOURCE
  #include <errno.h>
  #include <fcntl.h>
  #include <stdio.h>
  #include <sys/mman.h>
  #include <sys/stat.h>
  #include <sys/syscall.h>
  #include <sys/wait.h>
  #include <unistd.h>
  #define stat_of stat
  #ifdef RAW
  #undef stat_of
  ${raw}
  #endif
  int main(void) {
    struct stat status;
    char text[100];
    open("read", O_RDONLY);
    open("missing", O_RDONLY);
    stat_of("probed", &status);
    access("unprobed", F_OK);
    readlink("link", text, sizeof text);
    int dir = open("dir", O_RDONLY | O_DIRECTORY);
    openat(dir, "inside", O_RDONLY);
    creat("made", 0644);
    open("appended", O_WRONLY | O_APPEND);
    truncate("cut", 0);
    unlink("gone");
    rename("old", "new");
    rename("dirold", "dirnew");
    rename("from", "over");
    link("first", "second");
    symlink("target", "sym");
    mkdir("newdir", 0755);
    rmdir("empty");
    chmod("mode", 0600);
    open("path", O_PATH);
    open("/proc/self/cwd/cwd", O_RDONLY);
    sprintf(text, "/proc/self/fd/%d/infd", dir);
    open(text, O_RDONLY);
    sprintf(text, "/proc/self/fd/%d", open(".", O_TMPFILE | O_RDWR, 0600));
    linkat(AT_FDCWD, text, AT_FDCWD, "nameless", AT_SYMLINK_FOLLOW);
    syscall(SYS_copy_file_range, open("source", O_RDONLY), 0, open("copied", O_WRONLY | O_CREAT | O_TRUNC, 0644), 0, 100, 0);
    mmap(0, 4, PROT_READ, MAP_PRIVATE, open("mapped", O_RDONLY), 0);
    if (fork() == 0) { execl("./script", "script", (char *)0); _exit(1); }
    wait(0);
    return !(syscall(425, 1, text) == -1 && errno == ENOSYS);
  }`;

/** A program that makes each access once, or why this machine cannot make it. */
export function accessingProgram(compiler: string, ...flags: readonly string[]): { readonly path: string } | { readonly why: string } {
  const directory = directoryWith({ 'program.c': program });
  const { status, error, stderr } = spawnSync(compiler, ['-O1', '-w', ...flags, '-o', 'program', 'program.c'], {
    cwd: directory,
    encoding: 'utf8',
  });
  if (error) return { why: `there is no ${compiler}` };
  if (status !== 0) throw new Error(stderr);
  return { path: `${directory}/program` };
}

const goProgram = `
package main

import (
	"os"
	"os/exec"
)
%IMPORT%
func main() {
	os.ReadFile("read")
	os.ReadFile("missing")
	os.Stat("probed")
	os.Stat("unprobed")
	os.Readlink("link")
	os.ReadDir("dir")
	os.ReadFile("dir/inside")
	os.Create("made")
	os.OpenFile("appended", os.O_APPEND|os.O_WRONLY, 0)
	os.Truncate("cut", 0)
	os.Remove("gone")
	os.Rename("old", "new")
	os.Rename("dirold", "dirnew")
	os.Rename("from", "over")
	os.Link("first", "second")
	os.Symlink("target", "sym")
	os.Mkdir("newdir", 0755)
	os.Remove("empty")
	os.Chmod("mode", 0600)
	exec.Command("./script").Run()
}
`;

/** The same in Go, with its C part or without. */
export function accessingGoProgram(hasC: boolean): { readonly path: string } | { readonly why: string } {
  const directory = directoryWith({});
  writeFileSync(
    `${directory}/main.go`,
    goProgram.replace('%IMPORT%', hasC ? '// #include <stdlib.h>\nimport "C"\n\nvar _ = C.abs(1)\n' : ''),
  );
  const env = { ...process.env, CGO_ENABLED: hasC ? '1' : '0', GO111MODULE: 'off', GOFLAGS: '' };
  const { error, stderr } = spawnSync('go', ['build', '-o', 'program', 'main.go'], { cwd: directory, env, encoding: 'utf8' });
  if (error) return { why: 'there is no go' };
  if (!existsSync(`${directory}/program`)) throw new Error(stderr);
  return { path: `${directory}/program` };
}

/** The same for a runtime of JavaScript. */
export const accessingScript = `
  import fs from 'node:fs';
  import { spawnSync } from 'node:child_process';
  const tried = (access) => { try { access(); } catch {} };
  tried(() => fs.readFileSync('read'));
  tried(() => fs.readFileSync('missing'));
  tried(() => fs.statSync('probed'));
  tried(() => fs.accessSync('unprobed'));
  tried(() => fs.readlinkSync('link'));
  tried(() => fs.readdirSync('dir'));
  tried(() => fs.readFileSync('dir/inside'));
  tried(() => fs.writeFileSync('made', ''));
  tried(() => fs.appendFileSync('appended', 'x'));
  tried(() => fs.writeFileSync('cut', ''));
  tried(() => fs.unlinkSync('gone'));
  tried(() => fs.renameSync('old', 'new'));
  tried(() => fs.renameSync('dirold', 'dirnew'));
  tried(() => fs.renameSync('from', 'over'));
  tried(() => fs.linkSync('first', 'second'));
  tried(() => fs.symlinkSync('target', 'sym'));
  tried(() => fs.mkdirSync('newdir'));
  tried(() => fs.rmdirSync('empty'));
  tried(() => fs.chmodSync('mode', 0o600));
  spawnSync('./script');
`;
