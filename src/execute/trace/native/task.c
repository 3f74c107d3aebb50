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

static enum peek refusal(void) {
  return errno == EPERM || errno == EACCES || errno == ENOSYS ? PEEK_DENIED : PEEK_NOTHING;
}

enum peek task_read(pid_t tid, uint64_t address, void *bytes, size_t size) {
  struct iovec to = {bytes, size};
  struct iovec from = {(void *)(uintptr_t)address, size};
  ssize_t copied = process_vm_readv(tid, &to, 1, &from, 1, 0);
  if (copied < 0) return refusal();
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

enum peek task_base(pid_t tid, int fd, struct base *base) {
  char link[64];
  if (fd == AT_FDCWD) snprintf(link, sizeof link, "/proc/%d/cwd", tid);
  else snprintf(link, sizeof link, "/proc/%d/fd/%d", tid, fd);
  base->is_deleted = false;
  if (read_link_to(link, &base->path) <= 0) return errno == ENAMETOOLONG ? PEEK_DENIED : refusal();
  base->is_deleted = cut_deleted(link, &base->path);
  return PEEKED;
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
