#include "calls.h"

#include <stdarg.h>

static bool has_mode(int flags) {
  return flags & O_CREAT || (flags & O_TMPFILE) == O_TMPFILE;
}

EXPORTED int open(const char *path, int flags, ...) {
  va_list more;
  va_start(more, flags);
  unsigned mode = has_mode(flags) ? va_arg(more, unsigned) : 0;
  va_end(more);
  return (int)as_libc(call_open(AT_FDCWD, path, flags, mode));
}

EXPORTED int openat(int directory, const char *path, int flags, ...) {
  va_list more;
  va_start(more, flags);
  unsigned mode = has_mode(flags) ? va_arg(more, unsigned) : 0;
  va_end(more);
  return (int)as_libc(call_open(directory, path, flags, mode));
}

EXPORTED int open64(const char *path, int flags, ...) __attribute__((alias("open")));
EXPORTED int openat64(int directory, const char *path, int flags, ...) __attribute__((alias("openat")));

/* What `open` becomes with _FORTIFY_SOURCE; a call that would need a mode is none of theirs. */
EXPORTED int __open_2(const char *path, int flags) {
  return (int)as_libc(call_open(AT_FDCWD, path, flags, 0));
}

EXPORTED int __openat_2(int directory, const char *path, int flags) {
  return (int)as_libc(call_open(directory, path, flags, 0));
}

EXPORTED int __open64_2(const char *path, int flags) __attribute__((alias("__open_2")));
EXPORTED int __openat64_2(int directory, const char *path, int flags) __attribute__((alias("__openat_2")));
