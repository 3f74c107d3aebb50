#include "calls.h"
#include "where.h"

/* The functions of a libc, under each name that programs know them by. */

struct statx;

EXPORTED int stat(const char *path, struct stat *status) {
  return (int)as_libc(call_stat(AT_FDCWD, path, status, 0));
}

EXPORTED int lstat(const char *path, struct stat *status) {
  return (int)as_libc(call_stat(AT_FDCWD, path, status, AT_SYMLINK_NOFOLLOW));
}

EXPORTED int fstatat(int directory, const char *path, struct stat *status, int flags) {
  return (int)as_libc(call_stat(directory, path, status, flags));
}

EXPORTED int fstat(int fd, struct stat *status) {
  return (int)as_libc(plain_call(__NR_fstat, fd, (long)status, 0, 0, 0, 0));
}

EXPORTED int stat64(const char *path, struct stat *status) __attribute__((alias("stat")));
EXPORTED int lstat64(const char *path, struct stat *status) __attribute__((alias("lstat")));
EXPORTED int fstatat64(int directory, const char *path, struct stat *status, int flags) __attribute__((alias("fstatat")));
EXPORTED int fstat64(int fd, struct stat *status) __attribute__((alias("fstat")));

/* Before glibc 2.33. There is only one layout of `struct stat` on these machines. */
enum { MOST_VERSION = 1 };

EXPORTED int __xstat(int version, const char *path, struct stat *status) {
  return version > MOST_VERSION ? (int)as_libc(-EINVAL) : stat(path, status);
}

EXPORTED int __lxstat(int version, const char *path, struct stat *status) {
  return version > MOST_VERSION ? (int)as_libc(-EINVAL) : lstat(path, status);
}

EXPORTED int __fxstat(int version, int fd, struct stat *status) {
  return version > MOST_VERSION ? (int)as_libc(-EINVAL) : fstat(fd, status);
}

EXPORTED int __fxstatat(int version, int directory, const char *path, struct stat *status, int flags) {
  return version > MOST_VERSION ? (int)as_libc(-EINVAL) : fstatat(directory, path, status, flags);
}

EXPORTED int __xstat64(int version, const char *path, struct stat *status) __attribute__((alias("__xstat")));
EXPORTED int __lxstat64(int version, const char *path, struct stat *status) __attribute__((alias("__lxstat")));
EXPORTED int __fxstat64(int version, int fd, struct stat *status) __attribute__((alias("__fxstat")));
EXPORTED int __fxstatat64(int version, int directory, const char *path, struct stat *status, int flags) __attribute__((alias("__fxstatat")));

EXPORTED int statx(int directory, const char *path, int flags, unsigned mask, struct statx *status) {
  return (int)as_libc(call_statx(directory, path, flags, mask, status));
}

EXPORTED int access(const char *path, int mode) {
  return (int)as_libc(call_access(AT_FDCWD, path, mode, 0));
}

EXPORTED int faccessat(int directory, const char *path, int mode, int flags) {
  return (int)as_libc(call_access(directory, path, mode, flags));
}

EXPORTED int eaccess(const char *path, int mode) {
  return (int)as_libc(call_access(AT_FDCWD, path, mode, AT_EACCESS));
}

EXPORTED int euidaccess(const char *path, int mode) __attribute__((alias("eaccess")));

EXPORTED long readlink(const char *path, char *target, size_t size) {
  return as_libc(call_readlink(AT_FDCWD, path, target, size));
}

EXPORTED int chdir(const char *path) {
  return (int)as_libc(where_to(__NR_chdir, (long)path));
}

EXPORTED int fchdir(int fd) {
  return (int)as_libc(where_to(__NR_fchdir, fd));
}

extern void __chk_fail(void) __attribute__((weak, noreturn));

static void check_room(size_t size, size_t room) {
  if (size > room && __chk_fail != NULL) __chk_fail();
}

/* With _FORTIFY_SOURCE. */
EXPORTED long __readlink_chk(const char *path, char *target, size_t size, size_t room) {
  check_room(size, room);
  return readlink(path, target, size);
}

EXPORTED long __readlinkat_chk(int directory, const char *path, char *target, size_t size, size_t room) {
  check_room(size, room);
  return as_libc(call_readlink(directory, path, target, size));
}

EXPORTED long readlinkat(int directory, const char *path, char *target, size_t size) {
  return as_libc(call_readlink(directory, path, target, size));
}
