#define _GNU_SOURCE
#include "spawner.h"

#include "descriptors.h"
#include "failed.h"
#include "fifos.h"
#include "request.h"
#include "signals.h"
#include "start.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FIRST_ROOM = 64 * 1024 };

enum answer { ANSWER_MADE = 1, ANSWER_STARTED, ANSWER_REFUSED, ANSWER_NO_LINES, ANSWER_EXITED, ANSWER_SIGNALLED };

struct helper {
  pid_t pid;
  uint32_t id;
  struct helper *next;
};

static struct {
  const char *helper;
  int signals;
  /* Of requests what has come of them. */
  char *bytes;
  size_t used, room;
  /* That run. */
  struct helper *helpers;
} spawner;

/* A runner that is gone is seen at the other end. */
static void answer(uint32_t id, enum answer kind, int value) {
  uint32_t words[3] = {id, kind, (uint32_t)value};
  const char *at = (const char *)words;
  for (size_t left = sizeof words; left > 0;) {
    ssize_t written = write(STDOUT_FILENO, at, left);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return;
    at += written;
    left -= (size_t)written;
  }
}

/* Before it is known whether there will be a helper: one that cannot be kept track of must not be started. */
static struct helper *add_helper(uint32_t id) {
  struct helper *helper = malloc(sizeof *helper);
  if (helper == NULL) return NULL;
  *helper = (struct helper){.id = id, .next = spawner.helpers};
  spawner.helpers = helper;
  return helper;
}

static void remove_helper(struct helper *helper) {
  struct helper **at = &spawner.helpers;
  while (*at != helper) at = &(*at)->next;
  *at = helper->next;
  free(helper);
}

static void start(const struct request *request) {
  struct helper *helper = add_helper(request->id);
  struct started started = helper == NULL ? (struct started){.error = ENOMEM} : start_helper(spawner.helper, request);
  if (started.error == 0) {
    helper->pid = started.pid;
    answer(request->id, ANSWER_STARTED, started.pid);
    return;
  }
  if (helper != NULL) remove_helper(helper);
  answer(request->id, started.has_no_lines ? ANSWER_NO_LINES : ANSWER_REFUSED, started.error);
}

static bool obey(char *bytes, size_t size) {
  struct request request;
  if (!request_parse(bytes, size, &request)) return false;
  if (request.kind == REQUEST_START) start(&request);
  else answer(request.id, ANSWER_MADE, make_fifos(request.directory, atoi(request.first), (int)request.count));
  request_free(&request);
  return true;
}

/* All requests that have come as a whole. False when one makes no sense. */
static bool obey_all(void) {
  size_t at = 0, size;
  while ((size = request_size(spawner.bytes + at, spawner.used - at)) > 0 && size <= spawner.used - at) {
    if (!obey(spawner.bytes + at, size)) return false;
    at += size;
  }
  spawner.used -= at;
  memmove(spawner.bytes, spawner.bytes + at, spawner.used);
  return true;
}

static bool make_room(void) {
  if (spawner.used < spawner.room) return true;
  size_t room = spawner.room == 0 ? FIRST_ROOM : spawner.room * 2;
  char *bytes = realloc(spawner.bytes, room);
  if (bytes == NULL) return false;
  spawner.bytes = bytes;
  spawner.room = room;
  return true;
}

/* False when nothing more will come, or nothing more can be understood. */
static bool listen_to_runner(void) {
  if (!make_room()) return false;
  ssize_t length = read(STDIN_FILENO, spawner.bytes + spawner.used, spawner.room - spawner.used);
  if (length < 0) return errno == EINTR || errno == EAGAIN;
  if (length == 0) return false;
  spawner.used += (size_t)length;
  return obey_all();
}

static void tell_end(pid_t pid, int status) {
  struct helper *helper = spawner.helpers;
  while (helper != NULL && helper->pid != pid) helper = helper->next;
  if (helper == NULL) return;
  if (WIFSIGNALED(status)) answer(helper->id, ANSWER_SIGNALLED, WTERMSIG(status));
  else answer(helper->id, ANSWER_EXITED, WEXITSTATUS(status));
  remove_helper(helper);
}

static void reap(void) {
  struct signalfd_siginfo info;
  while (read(spawner.signals, &info, sizeof info) > 0) continue;
  int status;
  pid_t pid;
  while ((pid = waitpid(-1, &status, WNOHANG)) > 0) tell_end(pid, status);
}

/* Nothing of ours must reach a helper or its task. */
static void keep_only_ours(void) {
  int kept[] = {STDIN_FILENO, STDOUT_FILENO, spawner.signals};
  descriptors_keep_only(kept, sizeof kept / sizeof *kept);
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) fcntl(fd, F_SETFD, FD_CLOEXEC);
}

int spawn_on_request(const char *helper) {
  spawner.helper = helper;
  spawner.signals = signals_open();
  if (spawner.signals < 0) return HELPER_FAILED;
  signals_ignore();
  keep_only_ours();
  prctl(PR_SET_NAME, "trace-spawner");
  while (true) {
    struct pollfd waits[] = {{.fd = STDIN_FILENO, .events = POLLIN}, {.fd = spawner.signals, .events = POLLIN}};
    if (poll(waits, sizeof waits / sizeof *waits, -1) < 0) continue;
    if (waits[1].revents) reap();
    if (waits[0].revents && !listen_to_runner()) return 0;
  }
}
