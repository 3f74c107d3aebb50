import { chmodSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { directoryWith } from '../harness/files.ts';
import { compileC, seen, traced, tracedShell } from '../harness/traced.ts';

const isRoot = process.getuid?.() === 0;

const readsInput = `
  #include <fcntl.h>
  int main(void) { return open("input", O_RDONLY) < 0; }`;

describe('every kind of program is seen', () => {
  test.each([
    ['dynamic', readsInput, []],
    ['static', readsInput, ['-static']],
    [
      'without libc calls',
      `#include <sys/syscall.h>
       int main(void) {
         long result;
         __asm__ volatile("syscall" : "=a"(result) : "a"(SYS_open), "D"("input"), "S"(0), "d"(0) : "rcx", "r11", "memory");
         return result < 0;
       }`,
      [],
    ],
    [
      'with the newer calls',
      `#define _GNU_SOURCE
       #include <linux/openat2.h>
       #include <sys/syscall.h>
       #include <unistd.h>
       int main(void) { struct open_how how = {0}; return syscall(SYS_openat2, -100, "input", &how, sizeof how) < 0; }`,
      [],
    ],
    [
      'after vfork',
      `#include <fcntl.h>
       #include <unistd.h>
       int main(void) { if (vfork() == 0) { open("input", O_RDONLY); _exit(0); } return 0; }`,
      [],
    ],
    [
      'as a grandchild that has left its session',
      `#include <fcntl.h>
       #include <unistd.h>
       int main(void) {
         if (fork() > 0) return 0;
         setsid();
         if (fork() > 0) return 0;
         return open("input", O_RDONLY) < 0;
       }`,
      [],
    ],
    [
      'from its working directory, entered by descriptor',
      `#include <fcntl.h>
       #include <unistd.h>
       int main(void) { int here = open(".", O_RDONLY); chdir("/"); fchdir(here); return open("input", O_RDONLY) < 0; }`,
      [],
    ],
    [
      'with a path across two pages',
      `#define _GNU_SOURCE
       #include <fcntl.h>
       #include <string.h>
       #include <sys/mman.h>
       int main(void) {
         char *pages = mmap(0, 8192, 3, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
         strcpy(pages + 4093, "input");
         return open(pages + 4093, O_RDONLY) < 0;
       }`,
      [],
    ],
  ])('%s', async (_, source, flags) => {
    const root = directoryWith({ input: '' });
    const program = compileC(root, source, ...flags);
    const { trace, exitCode } = await traced([program ?? ''], { root });
    expect(exitCode).toBe(0);
    expect(seen(trace, root)).toContain('read input');
    expect(trace.incomplete).toBeUndefined();
  });

  test('with an empty environment', async () => {
    const root = directoryWith({ input: '' });
    const { trace } = await tracedShell('env -i /bin/cat input', { root });
    expect(seen(trace, root)).toContain('read input');
  });

  test('with many threads at once', async () => {
    const root = directoryWith({});
    const source = `
      #define _GNU_SOURCE
      #include <pthread.h>
      #include <stdio.h>
      #include <sys/stat.h>
      static void *probe(void *thread) {
        struct stat status;
        for (int i = 0; i < 200; i++) { char name[40]; sprintf(name, "t%ld-%d", (long)thread, i); stat(name, &status); }
        return 0;
      }
      int main(void) {
        pthread_t threads[16];
        for (long i = 0; i < 16; i++) pthread_create(&threads[i], 0, probe, (void *)i);
        for (int i = 0; i < 16; i++) pthread_join(threads[i], 0);
      }`;
    const { trace } = await traced([compileC(root, source, '-pthread') ?? ''], { root });
    expect(seen(trace, root).filter((line) => line.startsWith('stat t'))).toHaveLength(16 * 200);
  });

  test('in threads that have their own descriptors and directory', async () => {
    const root = directoryWith({ 'dir/input': '' });
    const source = `
      #define _GNU_SOURCE
      #include <fcntl.h>
      #include <pthread.h>
      #include <sched.h>
      #include <unistd.h>
      static void *enter(void *unused) { unshare(CLONE_FS | CLONE_FILES); chdir("dir"); open("input", O_RDONLY); return 0; }
      int main(void) { pthread_t thread; pthread_create(&thread, 0, enter, 0); pthread_join(thread, 0); open("input", O_RDONLY); }`;
    const { trace } = await traced([compileC(root, source, '-pthread') ?? ''], { root });
    expect(seen(trace, root).filter((line) => line.startsWith('read'))).toEqual(['read dir/input', 'read input (absent)']);
  });

  test('node, where it would use io_uring', async () => {
    const root = directoryWith({ input: 'text' });
    const script = `require('node:fs').promises.readFile('input').then((bytes) => console.log(bytes.toString()))`;
    const { trace, output } = await traced([process.execPath, '-e', script], { root, env: { UV_USE_IO_URING: '1' } });
    expect(output).toBe('text\n');
    expect(seen(trace, root)).toContain('read input');
  });

  test.skipIf(!isRoot)('a program that gives up its privileges', async () => {
    const root = directoryWith({ input: '' });
    const { trace } = await tracedShell(`chmod 777 . && setpriv --reuid 65534 --regid 65534 --clear-groups sh -c 'cat input; : > made'`, {
      root,
    });
    expect(seen(trace, root)).toEqual(expect.arrayContaining(['read input', 'write made (absent)']));
    expect(trace.incomplete).toBeUndefined();
  });

  test.skipIf(!isRoot)('when the helper has no privileges itself', async () => {
    const root = directoryWith({ input: '' });
    chmodSync(root, 0o755);
    const privileges = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups'];
    const { trace, exitCode } = await tracedShell('cat input', { root, privileges });
    expect(exitCode).toBe(0);
    expect(seen(trace, root)).toContain('read input');
  });

  test('the names of files made without one', async () => {
    const root = directoryWith({});
    const source = `
      #define _GNU_SOURCE
      #include <fcntl.h>
      #include <stdio.h>
      #include <unistd.h>
      int main(void) {
        char path[40];
        sprintf(path, "/proc/self/fd/%d", open(".", O_TMPFILE | O_RDWR, 0600));
        return linkat(AT_FDCWD, path, AT_FDCWD, "made", AT_SYMLINK_FOLLOW);
      }`;
    const { trace, exitCode } = await traced([compileC(root, source) ?? ''], { root });
    expect(exitCode).toBe(0);
    expect(seen(trace, root)).toEqual(['stat .', 'write made (absent)']);
  });
});

describe('what cannot be seen through makes the trace incomplete', () => {
  test('a 32-bit program', async ({ skip }) => {
    const root = directoryWith({});
    const source = `void _start(void) { __asm__ volatile("int $0x80" : : "a"(1), "b"(0)); }`;
    const program = compileC(root, source, '-m32', '-nostdlib', '-static');
    if (program === undefined) return skip('this compiler makes no 32-bit programs');
    const { trace } = await traced([program], { root });
    expect(trace.incomplete).toEqual({ program: 'program', why: '32-bit program' });
  });

  test.skipIf(!isRoot)('a program that nobody may look into', async () => {
    const root = directoryWith({});
    chmodSync(root, 0o755);
    const source = `
      #include <fcntl.h>
      #include <sys/prctl.h>
      int main(void) { prctl(PR_SET_DUMPABLE, 0); return open("input", O_RDONLY) > 0; }`;
    const privileges = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups'];
    const { trace } = await traced([compileC(root, source) ?? ''], { root, privileges });
    expect(trace.incomplete).toEqual({ program: 'program', why: 'its memory could not be read' });
  });

  test.skipIf(!isRoot)('mounting', async () => {
    const root = directoryWith({ 'a/x': '', 'b/y': '' });
    const { trace } = await tracedShell('unshare --mount mount --bind a b; true', { root });
    expect(trace.incomplete).toEqual({ program: 'unshare', why: 'changed what paths mean: mount' });
  });

  test.each(['cat here/file', 'cat here', 'test -e here', 'cat here/../file'])(
    'a link to what /proc says of the process itself, which means another place for another one: %s',
    async (command) => {
      const root = directoryWith({ 'a/file': '', 'a/b/file': '' });
      symlinkSync('/proc/self/cwd/b', join(root, 'a/here'));
      const { trace } = await tracedShell(`cd a; ${command}; true`, { root });
      expect(trace.incomplete).toMatchObject({ why: 'it followed a link to /proc/self' });
    },
  );
});

describe('the network', () => {
  test('addresses of other machines are told once, our own never', async () => {
    const root = directoryWith({});
    const script = `
      const { createSocket } = require('node:dgram');
      const to = (family, host) => new Promise((done) => { const socket = createSocket(family);
        const end = () => { socket.close(); done(); };
        socket.once('error', end); socket.connect(53, host, end); });
      (async () => { await to('udp4', '192.0.2.1'); await to('udp4', '192.0.2.1'); await to('udp6', '2001:db8::1');
        await to('udp4', '127.0.0.1'); await to('udp6', '::1'); await to('udp6', '::ffff:127.0.0.1'); })();`;
    const { trace } = await traced([process.execPath, '-e', script], { root });
    expect(trace.network.toSorted()).toEqual(['192.0.2.1:53', '[2001:db8::1]:53']);
  });

  test('a socket with a name is a file', async () => {
    const root = directoryWith({});
    const script = `require('node:net').createServer().listen('sock', function () { this.close(); })`;
    const { trace } = await traced([process.execPath, '-e', script], { root });
    expect(seen(trace, root)).toContain('write sock (absent)');
  });
});
