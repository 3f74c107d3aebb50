#define _GNU_SOURCE
#include "task.h"

#include "resolve.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

/* The smallest page of any machine: a copy that stays within one cannot fail halfway. */
enum { PAGE = 4096, USUAL_PATH = 256 };

enum peek task_read(pid_t tid, uint64_t address, void *bytes, size_t size) {
  struct iovec to = {bytes, size};
  struct iovec from = {(void *)(uintptr_t)address, size};
  ssize_t copied = process_vm_readv(tid, &to, 1, &from, 1, 0);
  if (copied < 0) return errno == EFAULT || errno == ESRCH ? PEEK_NOTHING : PEEK_DENIED;
  return (size_t)copied == size ? PEEKED : PEEK_NOTHING;
}

enum peek task_read_path(pid_t tid, uint64_t address, char text[PATH_MAX], size_t *length) {
  for (size_t have = 0; have < PATH_MAX;) {
    size_t piece = PAGE - (size_t)((address + have) % PAGE);
    if (have == 0 && piece > USUAL_PATH) piece = USUAL_PATH;
    if (piece > PATH_MAX - have) piece = PATH_MAX - have;
    enum peek peek = task_read(tid, address + have, text + have, piece);
    if (peek != PEEKED) return peek;
    const char *end = memchr(text + have, '\0', piece);
    if (end != NULL) {
      *length = (size_t)(end - text);
      return PEEKED;
    }
    have += piece;
  }
  return PEEK_NOTHING;
}

static enum peek read_proc_link(const char *link, struct path *path) {
  if (read_link_to(link, path) > 0) return PEEKED;
  return errno == ENOENT ? PEEK_NOTHING : PEEK_DENIED;
}

enum peek task_base(pid_t tid, int fd, struct base *base) {
  char link[64], cwd[32];
  snprintf(cwd, sizeof cwd, "/proc/%d/cwd", tid);
  snprintf(link, sizeof link, "/proc/%d/fd/%d", tid, fd);
  base->is_deleted = false;
  enum peek peek = read_proc_link(fd == AT_FDCWD ? cwd : link, &base->path);
  if (peek == PEEKED) base->is_deleted = cut_deleted(fd == AT_FDCWD ? cwd : link, &base->path);
  /* A descriptor may not be open, but where there is a thread there is a working directory. */
  if (peek != PEEK_NOTHING) return peek;
  return fd != AT_FDCWD && read_proc_link(cwd, &base->path) == PEEKED ? PEEK_NOTHING : PEEK_DENIED;
}

void task_name(pid_t tid, char name[64]) {
  char file[32];
  snprintf(file, sizeof file, "/proc/%d/comm", tid);
  int fd = open(file, O_RDONLY | O_CLOEXEC);
  ssize_t length = fd < 0 ? 0 : read(fd, name, 63);
  if (fd >= 0) close(fd);
  name[length > 0 ? length : 0] = '\0';
  name[strcspn(name, "\n")] = '\0';
  if (name[0] == '\0') snprintf(name, 64, "process %d", tid);
}
