#define _GNU_SOURCE
#include "launch.h"

#include "bare-call.h"
#include "filter.h"
#include "handover.h"

#include <asm/unistd.h>
#include <errno.h>
#include <sched.h>
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

/*
 * The child works in our memory until its program runs, as a copy of it would cost more than all the rest of a short
 * command. So while it uses the libc, we wait for it; from when it has told its outcome, it makes bare system calls.
 */
struct child {
  const struct launch *launch;
  /* For a text without `#!`. */
  char **script;
  int socket;
};

enum { CHILD_STACK = 64 * 1024 };

static bool has_no_new_privileges(void) {
  return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1;
}

static void make_filter(int socket, bool is_wanted) {
  bool had_none = has_no_new_privileges();
  int listener = is_wanted ? filter_install() : -1;
  struct outcome outcome = {.error = is_wanted && listener < 0 ? errno : 0, .gave_up_privileges = !had_none && has_no_new_privileges()};
  handover_send(socket, &(struct handover){&outcome, sizeof outcome, listener}, 0);
  /* The copy of the supervisor must be the only one: it sees by the hang-up of the listener that all have ended. */
  if (listener >= 0) close(listener);
}

static void receive_outcome(struct launched *launched) {
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
static char **script_of(const struct launch *launch) {
  size_t count = 0;
  while (launch->arguments[count] != NULL) count++;
  char **arguments = calloc(count + 2, sizeof *arguments);
  if (arguments == NULL) return NULL;
  arguments[0] = (char *)"/bin/sh";
  arguments[1] = (char *)launch->program;
  for (size_t i = 1; i < count; i++) arguments[i + 1] = launch->arguments[i];
  return arguments;
}

/* Behind the user's own, which may stand in for what ours does. */
static void add_preload(const char *library) {
  const char *own = getenv("LD_PRELOAD");
  char *all;
  if (own == NULL || own[0] == '\0') setenv("LD_PRELOAD", library, 1);
  else if (asprintf(&all, "%s:%s", own, library) > 0) setenv("LD_PRELOAD", all, 1);
}

static int become_task(void *argument) {
  const struct child *child = argument;
  const struct launch *launch = child->launch;
  if (launch->in_own_group) setpgid(0, 0);
  reset_signals();
  make_filter(child->socket, launch->traced);
  char released;
  if (bare_call(__NR_read, child->socket, (long)&released, sizeof released, 0) != sizeof released) bare_call(__NR_exit, 127, 0, 0, 0);
  long result = bare_call(__NR_execve, (long)launch->program, (long)launch->arguments, (long)environ, 0);
  if (result == -ENOEXEC) result = bare_call(__NR_execve, (long)child->script[0], (long)child->script, (long)environ, 0);
  int error = (int)-result;
  bare_call(__NR_write, child->socket, (long)&error, sizeof error, 0);
  bare_call(__NR_exit, 127, 0, 0, 0);
  return 127;
}

struct launched launch_task(const struct launch *launch) {
  static char stack[CHILD_STACK] __attribute__((aligned(16)));
  static struct child child;
  struct launched launched = {.pid = -1, .listener = -1};
  int sockets[2];
  child = (struct child){.launch = launch, .script = script_of(launch)};
  if (child.script == NULL || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) != 0) {
    launched.refusal = errno;
    return launched;
  }
  launched.start = sockets[0];
  child.socket = sockets[1];
  launched.pid = clone(become_task, stack + CHILD_STACK, CLONE_VM | SIGCHLD, &child);
  if (launched.pid < 0) launched.refusal = errno;
  close(sockets[1]);
  if (launched.pid < 0) return launched;
  receive_outcome(&launched);
  /* Both sides do it, so that neither goes on before it is done. */
  if (launch->in_own_group) setpgid(launched.pid, launched.pid);
  return launched;
}

void launch_release(const struct launched *launched, const char *preload) {
  if (preload != NULL) add_preload(preload);
  send(launched->start, "", 1, MSG_NOSIGNAL);
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
