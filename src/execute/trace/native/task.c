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

/* Gives the bytes that were read; `text` always ends with a NUL. */
static size_t read_proc_file(pid_t tid, const char *which, char *text, size_t size) {
  char file[32];
  snprintf(file, sizeof file, "/proc/%d/%s", tid, which);
  int fd = open(file, O_RDONLY | O_CLOEXEC);
  ssize_t length = fd < 0 ? 0 : read(fd, text, size - 1);
  if (fd >= 0) close(fd);
  if (length < 0) length = 0;
  text[length] = '\0';
  return (size_t)length;
}

/* The kernel names a task for the file that was executed, which is one of the words: the program, or a script of it. */
static bool is_word_of(pid_t tid, const char *name) {
  char words[PAGE];
  size_t size = read_proc_file(tid, "cmdline", words, sizeof words);
  for (size_t at = 0; at < size; at += strlen(words + at) + 1) {
    const char *slash = strrchr(words + at, '/');
    if (strncmp(slash == NULL ? words + at : slash + 1, name, strlen(name)) == 0) return true;
  }
  return false;
}

void task_name(pid_t tid, char name[64]) {
  read_proc_file(tid, "comm", name, 64);
  name[strcspn(name, "\n")] = '\0';
  char link[32];
  struct path program;
  snprintf(link, sizeof link, "/proc/%d/exe", tid);
  /* Threads may have names of their own: Node's main one is `MainThread` since 24. */
  if (!is_word_of(tid, name) && read_proc_link(link, &program) == PEEKED) snprintf(name, 64, "%.63s", path_name(&program));
  if (name[0] == '\0') snprintf(name, 64, "process %d", tid);
}
