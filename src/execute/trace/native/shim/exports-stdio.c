#include "calls.h"

typedef void FILE;

extern FILE *fdopen(int fd, const char *mode) __attribute__((weak));
extern void *dlsym(void *handle, const char *name) __attribute__((weak));

enum { PERMISSIONS = 0666 };

/* The flags of `open` for a mode of `fopen`; -1 when it is none. */
static int flags_of(const char *mode) {
  int flags = mode[0] == 'r' ? O_RDONLY : mode[0] == 'w' ? O_WRONLY | O_CREAT | O_TRUNC : mode[0] == 'a' ? O_WRONLY | O_CREAT | O_APPEND : -1;
  for (const char *at = mode; flags != -1 && *at != '\0'; at++) {
    if (*at == '+') flags = (flags & ~O_ACCMODE) | O_RDWR;
    if (*at == 'x') flags |= O_EXCL;
    if (*at == 'e') flags |= O_CLOEXEC;
  }
  return flags;
}

static bool names_charset(const char *mode) {
  while (*mode != '\0' && *mode != ',') mode++;
  return *mode == ',';
}

/* Only the libc's own knows of charsets. */
static FILE *open_with_charset(const char *path, const char *mode) {
  FILE *(*next)(const char *, const char *) = dlsym == NULL ? NULL : (FILE * (*)(const char *, const char *)) dlsym((void *)-1l, "fopen");
  if (next != NULL) return next(path, mode);
  as_libc(-EINVAL);
  return NULL;
}

EXPORTED FILE *fopen(const char *path, const char *mode) {
  int flags = flags_of(mode);
  if (names_charset(mode)) return open_with_charset(path, mode);
  long fd = flags == -1 || fdopen == NULL ? -EINVAL : call_open(AT_FDCWD, path, flags | O_LARGEFILE, PERMISSIONS);
  if (as_libc(fd) < 0) return NULL;
  FILE *file = fdopen((int)fd, mode);
  if (file == NULL) plain_call(__NR_close, fd, 0, 0, 0, 0, 0);
  return file;
}

EXPORTED FILE *fopen64(const char *path, const char *mode) __attribute__((alias("fopen")));
