#define _GNU_SOURCE
#include "start.h"

#include "failed.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <unistd.h>

/* The control pipe is the only one that the helper reads. */
enum { CONTROL = LINES - 1 };

/* Without waiting for the other end: the runner has it open, or is gone. */
static int open_line(const char *name, bool is_read) {
  int fd = open(name, (is_read ? O_RDONLY : O_WRONLY) | O_NONBLOCK | O_CLOEXEC);
  if (fd >= 0) fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK);
  return fd;
}

static void close_lines(const int *lines, size_t count) {
  for (size_t i = 0; i < count; i++) close(lines[i]);
}

/* All or none; then it gives the errno. */
static int open_lines(const char *const *names, int *lines) {
  for (size_t i = 0; i < LINES; i++) {
    lines[i] = open_line(names[i], i == CONTROL);
    if (lines[i] >= 0) continue;
    int error = errno;
    close_lines(lines, i);
    return error;
  }
  return 0;
}

/* As 0 to 2 are always open here, no line stands where an earlier one goes. */
static int spawn(const char *helper, const struct request *request, const int *lines, pid_t *pid) {
  posix_spawn_file_actions_t actions;
  int error = posix_spawn_file_actions_init(&actions);
  if (error != 0) return error;
  error = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  for (int i = 0; i < LINES && error == 0; i++) error = posix_spawn_file_actions_adddup2(&actions, lines[i], i + 1);
  if (error == 0) error = posix_spawn(pid, helper, &actions, NULL, request->arguments, request->environment);
  posix_spawn_file_actions_destroy(&actions);
  return error;
}

struct started start_helper(const char *helper, const struct request *request) {
  int lines[LINES];
  struct started started = {.error = open_lines(request->lines, lines)};
  started.has_no_lines = started.error != 0;
  if (started.has_no_lines) return started;
  for (size_t i = 0; i < LINES; i++) unlink(request->lines[i]);
  started.error = chdir(request->directory) == 0 ? spawn(helper, request, lines, &started.pid) : errno;
  /* All names are absolute, so ours is of no other use; staying there would keep its file system busy. */
  if (chdir("/") != 0) _exit(HELPER_FAILED);
  close_lines(lines, LINES);
  return started;
}
