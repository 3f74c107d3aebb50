#pragma once

#include "path.h"

#include <stdint.h>
#include <sys/types.h>

/* Looks into the thread that waits for an answer. */

enum peek {
  PEEKED,
  /* The call will fail too, or its thread is gone: there is nothing to see. */
  PEEK_NOTHING,
  /* It could not be seen, though it may be there. */
  PEEK_DENIED,
};

/* Copies `size` bytes from the task's memory. */
enum peek task_read(pid_t tid, uint64_t address, void *bytes, size_t size);

/* Copies a path as the kernel takes it: at most PATH_MAX bytes with the NUL. `length` is without the NUL. */
enum peek task_read_path(pid_t tid, uint64_t address, char text[PATH_MAX], size_t *length);

/* What descriptor `fd` leads to, or the working directory for AT_FDCWD: where a relative path starts. */
struct base {
  /* Not a path at all (no `/` in front) for pipes, sockets and the like. */
  struct path path;
  /* The directory was deleted; `path` is where it was. */
  bool is_deleted;
};

enum peek task_base(pid_t tid, int fd, struct base *base);

/* The name of the program or script that runs in `tid`, whatever its threads are called. */
void task_name(pid_t tid, char name[64]);
