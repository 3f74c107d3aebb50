#include "calls.h"

typedef void DIR;

extern DIR *fdopendir(int fd) __attribute__((weak));

EXPORTED DIR *opendir(const char *path) {
  long fd = fdopendir == NULL ? -EINVAL : call_open(AT_FDCWD, path, O_RDONLY | O_NONBLOCK | O_DIRECTORY | O_CLOEXEC | O_LARGEFILE, 0);
  if (as_libc(fd) < 0) return NULL;
  DIR *directory = fdopendir((int)fd);
  if (directory == NULL) plain_call(__NR_close, fd, 0, 0, 0, 0, 0);
  return directory;
}
