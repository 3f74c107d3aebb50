#define _GNU_SOURCE
#include "launch.h"

#include "filter.h"
#include "handover.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

/* What the child tells of its filter, beside the listener. */
struct outcome {
  int error;
  bool gave_up_privileges;
};

static bool has_no_new_privileges(void) {
  return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1;
}

static int make_filter(int socket) {
  bool had_none = has_no_new_privileges();
  int listener = filter_install();
  struct outcome outcome = {.error = listener < 0 ? errno : 0, .gave_up_privileges = !had_none && has_no_new_privileges()};
  handover_send(socket, &(struct handover){&outcome, sizeof outcome, listener}, 0);
  return listener;
}

static void receive_filter(struct launched *launched) {
  struct outcome outcome = {.error = ECHILD};
  struct handover handover = {&outcome, sizeof outcome, -1};
  handover_receive(launched->start, &handover);
  launched->listener = handover.fd;
  launched->refusal = outcome.error;
  launched->gave_up_privileges = outcome.gave_up_privileges;
}

static void reset_signals(void) {
  for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
}

/* A text without `#!` is a script for the shell, as every shell has it. */
static void exec_as_script(const struct launch *launch) {
  size_t count = 0;
  while (launch->arguments[count] != NULL) count++;
  char **arguments = calloc(count + 2, sizeof *arguments);
  if (arguments == NULL) return;
  arguments[0] = (char *)"/bin/sh";
  arguments[1] = (char *)launch->program;
  for (size_t i = 1; i < count; i++) arguments[i + 1] = launch->arguments[i];
  execv(arguments[0], arguments);
}

/* Behind the user's own, which may stand in for what ours does. */
static void add_preload(const char *library) {
  const char *own = getenv("LD_PRELOAD");
  char *all;
  if (own == NULL || own[0] == '\0') setenv("LD_PRELOAD", library, 1);
  else if (asprintf(&all, "%s:%s", own, library) > 0) setenv("LD_PRELOAD", all, 1);
}

static void become_task(const struct launch *launch, int socket) {
  if (launch->in_own_group) setpgid(0, 0);
  reset_signals();
  int listener = launch->traced ? make_filter(socket) : -1;
  /* The copy of the supervisor must be the only one: it sees by the hang-up of the listener that all have ended. */
  if (listener >= 0) close(listener);
  char preload[64];
  ssize_t length = read(socket, preload, sizeof preload);
  if (length <= 0) _exit(127);
  if (preload[0] != '\0') add_preload(preload);
  execv(launch->program, launch->arguments);
  if (errno == ENOEXEC) exec_as_script(launch);
  int error = errno;
  send(socket, &error, sizeof error, MSG_NOSIGNAL);
  _exit(127);
}

struct launched launch_task(const struct launch *launch) {
  struct launched launched = {.pid = -1, .listener = -1};
  int sockets[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) != 0) {
    launched.refusal = errno;
    return launched;
  }
  launched.start = sockets[0];
  launched.pid = fork();
  if (launched.pid == 0) become_task(launch, sockets[1]);
  launched.refusal = errno;
  close(sockets[1]);
  if (launched.pid < 0) return launched;
  /* Both sides do it, so that neither goes on before it is done. */
  if (launch->in_own_group) setpgid(launched.pid, launched.pid);
  launched.refusal = 0;
  if (launch->traced) receive_filter(&launched);
  return launched;
}

void launch_release(const struct launched *launched, const char *preload) {
  const char *text = preload == NULL ? "" : preload;
  send(launched->start, text, strlen(text) + 1, MSG_NOSIGNAL);
}

int launch_result(const struct launched *launched) {
  int error;
  ssize_t length;
  do length = recv(launched->start, &error, sizeof error, 0);
  while (length < 0 && errno == EINTR);
  return length == sizeof error ? error : 0;
}

const char *launch_refusal(const struct launched *launched) {
  switch (launched->refusal) {
    case 0:
      return "";
    case EBUSY:
      return "another tracer watches this process already";
    case ENOSYS:
    case EINVAL:
      return "the system has no seccomp user notifications";
    case EPERM:
    case EACCES:
      return "the system forbids seccomp filters";
    default:
      return strerror(launched->refusal);
  }
}
