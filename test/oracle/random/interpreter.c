/*
 * Does the file operations that its arguments name, each with as many arguments as it takes. Whether they succeed does not
 * matter. Built twice, dynamic and static.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static char home[4096];
static char buffer[4096];
static struct stat status;

static void finish(int fd) {
  if (fd < 0) return;
  if (read(fd, buffer, sizeof buffer) < 0 || write(fd, "text", 4) < 0) buffer[0] = 0;
  close(fd);
}

static void run_list(int fd) {
  DIR *directory = fd < 0 ? NULL : fdopendir(fd);
  if (directory == NULL) {
    if (fd >= 0) close(fd);
    return;
  }
  while (readdir(directory) != NULL) continue;
  closedir(directory);
}

#define PATH_OPERATION(name, ...) \
  static void name(char **a) { __VA_ARGS__; }

PATH_OPERATION(op_read, finish(open(a[0], O_RDONLY)))
PATH_OPERATION(op_write, finish(open(a[0], O_WRONLY | O_CREAT | O_TRUNC, 0644)))
PATH_OPERATION(op_append, finish(open(a[0], O_WRONLY | O_CREAT | O_APPEND, 0644)))
PATH_OPERATION(op_update, finish(open(a[0], O_RDWR)))
PATH_OPERATION(op_empty, finish(open(a[0], O_WRONLY | O_TRUNC)))
PATH_OPERATION(op_exclusive, finish(open(a[0], O_WRONLY | O_CREAT | O_EXCL, 0644)))
PATH_OPERATION(op_creat, finish(creat(a[0], 0644)))
PATH_OPERATION(op_nofollow, finish(open(a[0], O_RDONLY | O_NOFOLLOW)))
PATH_OPERATION(op_path, finish(open(a[0], O_PATH)))
PATH_OPERATION(op_path_nofollow, finish(open(a[0], O_PATH | O_NOFOLLOW)))
PATH_OPERATION(op_list, run_list(open(a[0], O_RDONLY | O_DIRECTORY)))
PATH_OPERATION(op_stat, syscall(SYS_stat, a[0], &status))
PATH_OPERATION(op_lstat, lstat(a[0], &status))
PATH_OPERATION(op_access, access(a[0], R_OK))
PATH_OPERATION(op_statx, statx(AT_FDCWD, a[0], 0, STATX_SIZE, (struct statx *)buffer))
PATH_OPERATION(op_faccessat2, syscall(SYS_faccessat2, AT_FDCWD, a[0], W_OK, AT_EACCESS | AT_SYMLINK_NOFOLLOW))
PATH_OPERATION(op_readlink, if (readlink(a[0], buffer, sizeof buffer) < 0) buffer[0] = 0)
PATH_OPERATION(op_realpath, free(realpath(a[0], NULL)))
PATH_OPERATION(op_mkdir, mkdir(a[0], 0755))
PATH_OPERATION(op_rmdir, rmdir(a[0]))
PATH_OPERATION(op_unlink, unlink(a[0]))
PATH_OPERATION(op_rename, rename(a[0], a[1]))
PATH_OPERATION(op_rename_noreplace, renameat2(AT_FDCWD, a[0], AT_FDCWD, a[1], RENAME_NOREPLACE))
PATH_OPERATION(op_exchange, renameat2(AT_FDCWD, a[0], AT_FDCWD, a[1], RENAME_EXCHANGE))
PATH_OPERATION(op_link, link(a[0], a[1]))
PATH_OPERATION(op_link_follow, linkat(AT_FDCWD, a[0], AT_FDCWD, a[1], AT_SYMLINK_FOLLOW))
PATH_OPERATION(op_symlink, symlink(a[0], a[1]))
PATH_OPERATION(op_truncate, truncate(a[0], 2))
PATH_OPERATION(op_chmod, chmod(a[0], 0755))
PATH_OPERATION(op_mknod, mknod(a[0], S_IFREG | 0644, 0))

static void op_fchmod(char **a) {
  int fd = open(a[0], O_RDONLY);
  fchmod(fd, 0711);
  finish(fd);
}

static void op_chdir(char **a) {
  if (chdir(a[0]) == 0) finish(open(a[1], O_RDONLY));
  if (chdir(home) != 0) exit(1);
}

static void op_fchdir(char **a) {
  int fd = open(a[0], O_RDONLY | O_DIRECTORY);
  if (fd >= 0 && fchdir(fd) == 0) rename(a[1], a[2]);
  if (chdir(home) != 0) exit(1);
  if (fd >= 0) close(fd);
}

static void op_tmpfile(char **a) {
  int fd = open(a[0], O_TMPFILE | O_RDWR, 0644);
  if (fd < 0) return;
  snprintf(buffer, sizeof buffer, "/proc/self/fd/%d", fd);
  linkat(AT_FDCWD, buffer, AT_FDCWD, a[1], AT_SYMLINK_FOLLOW);
  close(fd);
}

static void op_tmpfile_empty_path(char **a) {
  int fd = open(a[0], O_TMPFILE | O_RDWR, 0644);
  if (fd < 0) return;
  linkat(fd, "", AT_FDCWD, a[1], AT_EMPTY_PATH);
  close(fd);
}

static void op_execute(char **a) {
  pid_t child = fork();
  if (child == 0) {
    execl(a[0], a[0], (char *)NULL);
    _exit(1);
  }
  waitpid(child, NULL, 0);
}

static void op_fork(char **a) {
  pid_t child = fork();
  if (child == 0) {
    op_chdir(a);
    _exit(0);
  }
  waitpid(child, NULL, 0);
}

static void *in_thread(void *path) {
  finish(open(path, O_RDWR | O_CREAT, 0644));
  return NULL;
}

static void op_thread(char **a) {
  pthread_t thread;
  if (pthread_create(&thread, NULL, in_thread, a[0]) == 0) pthread_join(thread, NULL);
}

static void copy(char **a, ssize_t (*by)(int, int)) {
  int from = open(a[0], O_RDONLY), to = open(a[1], O_WRONLY | O_CREAT, 0644);
  if (from >= 0 && to >= 0) by(from, to);
  if (from >= 0) close(from);
  if (to >= 0) close(to);
}

static ssize_t by_range(int from, int to) {
  return copy_file_range(from, NULL, to, NULL, 100, 0);
}

static ssize_t by_sendfile(int from, int to) {
  return sendfile(to, from, NULL, 100);
}

PATH_OPERATION(op_copy_range, copy(a, by_range))
PATH_OPERATION(op_sendfile, copy(a, by_sendfile))

static void op_mmap(char **a) {
  int fd = open(a[0], O_RDWR);
  if (fd < 0) return;
  void *map = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (map != MAP_FAILED) munmap(map, 4096);
  close(fd);
}

/* The first argument of these is a directory that is opened for the call. */
#define AT_OPERATION(name, flags, ...)    \
  static void name(char **a) {            \
    int d = open(a[0], O_DIRECTORY | flags); \
    __VA_ARGS__;                          \
    if (d >= 0) close(d);                 \
  }

AT_OPERATION(at_read, O_RDONLY, finish(openat(d, a[1], O_RDONLY)))
AT_OPERATION(at_write, O_PATH, finish(openat(d, a[1], O_WRONLY | O_CREAT | O_TRUNC, 0644)))
AT_OPERATION(at_list, O_PATH, run_list(openat(d, a[1], O_RDONLY | O_DIRECTORY)))
AT_OPERATION(at_stat, O_PATH, fstatat(d, a[1], &status, 0))
AT_OPERATION(at_lstat, O_RDONLY, fstatat(d, a[1], &status, AT_SYMLINK_NOFOLLOW))
AT_OPERATION(at_access, O_RDONLY, faccessat(d, a[1], F_OK, 0))
AT_OPERATION(at_readlink, O_PATH, if (readlinkat(d, a[1], buffer, sizeof buffer) < 0) buffer[0] = 0)
AT_OPERATION(at_mkdir, O_RDONLY, mkdirat(d, a[1], 0755))
AT_OPERATION(at_unlink, O_PATH, unlinkat(d, a[1], 0))
AT_OPERATION(at_rmdir, O_RDONLY, unlinkat(d, a[1], AT_REMOVEDIR))
AT_OPERATION(at_rename, O_PATH, renameat(d, a[1], AT_FDCWD, a[2]))
AT_OPERATION(at_rename_to, O_RDONLY, renameat2(AT_FDCWD, a[2], d, a[1], 0))
AT_OPERATION(at_link, O_RDONLY, linkat(d, a[1], d, a[2], 0))
AT_OPERATION(at_symlink, O_PATH, symlinkat(a[2], d, a[1]))
AT_OPERATION(at_chmod, O_RDONLY, fchmodat(d, a[1], 0700, 0))
AT_OPERATION(at_mknod, O_PATH, mknodat(d, a[1], S_IFREG | 0644, 0))

AT_OPERATION(at_openat2, O_PATH, struct open_how how = {.flags = O_RDONLY}; finish((int)syscall(SYS_openat2, d, a[1], &how, sizeof how)))

/* The directory of the descriptor gets another name before it is used. */
AT_OPERATION(at_renamed, O_PATH, rename(a[0], a[1]); finish(openat(d, a[2], O_RDONLY)))

AT_OPERATION(at_duplicate, O_RDONLY, int e = dup(d); finish(openat(e, a[1], O_RDONLY)); if (e >= 0) close(e))

AT_OPERATION(at_proc, O_PATH, snprintf(buffer, sizeof buffer, "/proc/self/fd/%d/%s", d, a[1]); if (d >= 0) finish(open(buffer, O_RDONLY)))

static void op_proc_cwd(char **a) {
  snprintf(buffer, sizeof buffer, "/proc/self/cwd/%s", a[0]);
  finish(open(buffer, O_RDONLY));
}

#define OPERATION(count, name) {#name, count, name}

static const struct {
  const char *name;
  int count;
  void (*run)(char **arguments);
} operations[] = {
    OPERATION(1, op_read),       OPERATION(1, op_write),     OPERATION(1, op_append),     OPERATION(1, op_update),
    OPERATION(1, op_empty),      OPERATION(1, op_exclusive), OPERATION(1, op_creat),      OPERATION(1, op_nofollow),
    OPERATION(1, op_path),       OPERATION(1, op_path_nofollow), OPERATION(1, op_list),   OPERATION(1, op_stat),
    OPERATION(1, op_lstat),      OPERATION(1, op_access),    OPERATION(1, op_statx),      OPERATION(1, op_faccessat2),
    OPERATION(1, op_readlink),   OPERATION(1, op_realpath),  OPERATION(1, op_mkdir),      OPERATION(1, op_rmdir),
    OPERATION(1, op_unlink),     OPERATION(2, op_rename),    OPERATION(2, op_rename_noreplace), OPERATION(2, op_exchange),
    OPERATION(2, op_link),       OPERATION(2, op_link_follow), OPERATION(2, op_symlink),  OPERATION(1, op_truncate),
    OPERATION(1, op_chmod),      OPERATION(1, op_mknod),     OPERATION(1, op_fchmod),     OPERATION(2, op_chdir),
    OPERATION(3, op_fchdir),     OPERATION(2, op_tmpfile),   OPERATION(2, op_tmpfile_empty_path), OPERATION(1, op_execute),
    OPERATION(2, op_fork),       OPERATION(1, op_thread),    OPERATION(2, op_copy_range), OPERATION(2, op_sendfile),
    OPERATION(1, op_mmap),       OPERATION(1, op_proc_cwd),  OPERATION(2, at_read),       OPERATION(2, at_write),
    OPERATION(2, at_list),       OPERATION(2, at_stat),      OPERATION(2, at_lstat),      OPERATION(2, at_access),
    OPERATION(2, at_readlink),   OPERATION(2, at_mkdir),     OPERATION(2, at_unlink),     OPERATION(2, at_rmdir),
    OPERATION(3, at_rename),     OPERATION(3, at_rename_to), OPERATION(3, at_link),       OPERATION(3, at_symlink),
    OPERATION(2, at_chmod),      OPERATION(2, at_mknod),     OPERATION(2, at_openat2),    OPERATION(3, at_renamed),
    OPERATION(2, at_duplicate),  OPERATION(2, at_proc),
};

int main(int count, char **words) {
  if (getcwd(home, sizeof home) == NULL) return 1;
  for (int at = 1; at < count;) {
    size_t i = 0, all = sizeof operations / sizeof *operations;
    while (i < all && strcmp(operations[i].name, words[at]) != 0) i++;
    if (i == all || at + operations[i].count >= count) return 2;
    operations[i].run(words + at + 1);
    at += 1 + operations[i].count;
  }
  return 0;
}
