#define _GNU_SOURCE
#include "supervisor.h"

#include "calls.h"
#include "filter.h"
#include "kernel.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { MOST_CALLS = 1024 };

static struct {
  int listener;
  struct trace *trace;
  /* The kernel's structs may be larger than the ones that we know. */
  struct seccomp_notif *call;
  struct seccomp_notif_resp *answer;
  struct seccomp_notif_sizes sizes;
  const struct trapped_call *by_number[MOST_CALLS];
} supervisor;

static size_t larger(size_t a, size_t b) {
  return a > b ? a : b;
}

bool supervisor_open(int listener, struct trace *trace) {
  supervisor.listener = listener;
  supervisor.trace = trace;
  if (syscall(__NR_seccomp, SECCOMP_GET_NOTIF_SIZES, 0, &supervisor.sizes) != 0) return false;
  supervisor.call = calloc(1, larger(supervisor.sizes.seccomp_notif, sizeof *supervisor.call));
  supervisor.answer = calloc(1, larger(supervisor.sizes.seccomp_notif_resp, sizeof *supervisor.answer));
  for (size_t i = 0; i < trapped_calls_count; i++) supervisor.by_number[trapped_calls[i].number] = &trapped_calls[i];
  /* We sleep right after an answer, so the caller may have our core. An optimisation of Linux 6.6: may fail. */
  ioctl(listener, SECCOMP_IOCTL_NOTIF_SET_FLAGS, SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP);
  return supervisor.call != NULL && supervisor.answer != NULL;
}

/* False when the caller died, or was interrupted, before we could take its call. */
static bool receive(void) {
  memset(supervisor.call, 0, supervisor.sizes.seccomp_notif);
  int result;
  do result = ioctl(supervisor.listener, SECCOMP_IOCTL_NOTIF_RECV, supervisor.call);
  while (result != 0 && errno == EINTR);
  return result == 0;
}

/* False when the caller is not there any more, or was interrupted: then the call did not happen. */
static bool let_go(void) {
  supervisor.answer->id = supervisor.call->id;
  supervisor.answer->flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
  return ioctl(supervisor.listener, SECCOMP_IOCTL_NOTIF_SEND, supervisor.answer) == 0;
}

/* False like `let_go`. */
static bool give(int fd) {
  struct seccomp_notif_addfd descriptor = {
      .id = supervisor.call->id,
      .flags = SECCOMP_ADDFD_FLAG_SEND,
      .srcfd = (uint32_t)fd,
      .newfd_flags = O_CLOEXEC,
  };
  int result = ioctl(supervisor.listener, SECCOMP_IOCTL_NOTIF_ADDFD, &descriptor);
  close(fd);
  /* It may have no room for another descriptor; then it does without. */
  return result >= 0 || let_go();
}

bool supervisor_can_give(int listener) {
  struct seccomp_notif_addfd nobody = {.id = 0, .flags = SECCOMP_ADDFD_FLAG_SEND, .srcfd = (uint32_t)listener};
  return ioctl(listener, SECCOMP_IOCTL_NOTIF_ADDFD, &nobody) < 0 && errno == ENOENT;
}

/* A descriptor for the caller, or -1. */
static int note(void) {
  int answer = -1;
  const struct seccomp_data *data = &supervisor.call->data;
  const struct call call = {
      .trace = supervisor.trace,
      .listener = supervisor.listener,
      .id = supervisor.call->id,
      .tid = (pid_t)supervisor.call->pid,
      .args = (const uint64_t *)data->args,
      .answer = &answer,
  };
  if (filter_is_foreign(data)) {
    give_up(&call, "32-bit program");
    return -1;
  }
  const struct trapped_call *trapped = data->nr >= 0 && data->nr < MOST_CALLS ? supervisor.by_number[data->nr] : NULL;
  if (trapped != NULL) trapped->handle(&call, trapped);
  return answer;
}

void supervisor_answer(void) {
  if (!receive()) return;
  struct trace *trace = supervisor.trace;
  size_t mark = trace->events.used;
  trace->notifications++;
  trace_settle(trace, (pid_t)supervisor.call->pid);
  int answer = note();
  if (!(answer < 0 ? let_go() : give(answer))) events_void_since(&trace->events, mark);
}

/* A program that does not find what it preloads says so. */
static void drain_one(void) {
  char name[PATH_MAX];
  size_t length;
  const struct seccomp_data *data = &supervisor.call->data;
  bool may_preload = data->nr == __NR_openat && !filter_is_foreign(data) && (int)data->args[2] == (O_RDONLY | O_CLOEXEC);
  bool has_name = may_preload && task_read_path((pid_t)supervisor.call->pid, data->args[1], name, &length) == PEEKED;
  int fd = has_name ? helper_log_answer(&supervisor.trace->log, name, 0) : -1;
  if (fd < 0) let_go();
  else give(fd);
}

void supervisor_drain(void) {
  struct pollfd listener = {.fd = supervisor.listener, .events = POLLIN};
  while (true) {
    if (poll(&listener, 1, -1) < 0 && errno != EINTR) return;
    if (listener.revents & POLLIN && receive()) drain_one();
    else if (listener.revents & (POLLHUP | POLLERR | POLLNVAL)) return;
  }
}
