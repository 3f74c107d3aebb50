#define _GNU_SOURCE
#include "life.h"

#include "descriptors.h"
#include "report.h"
#include "subscribers.h"
#include "subscription.h"
#include "supervisor.h"
#include "task.h"
#include "tree.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { SURVIVORS_MILLISECONDS = 1000, KILL_AGAIN_MILLISECONDS = 20, MOST_BLIND_KILLS = 50 };

/*
 *   STARTING --exec--> RUNNING --main process ended--> ENDING --no child left--> OVER
 *       |                                                 `-----1 s elapsed----> LEFT
 *       `--exec failed--> OVER
 *   each --'K', or end of the control pipe--> KILLED
 */
enum state { STARTING, RUNNING, ENDING, OVER, LEFT, KILLED };

static struct {
  const struct life *life;
  enum state state;
  bool task_ended;
  int exit_code;
  long long deadline;
} now;

static void advance(void);
static void obey(void);
static const char *preload_of(const struct life *life);
static void kill_tree(void);
static void leave_survivors(void);
static uint64_t report_trace(void);
static uint64_t cpu_nanoseconds(void);

int life_run(const struct life *life) {
  now.life = life;
  now.state = STARTING;
  /* A FIFO that nobody held open any more when we got it never announces its end: that has to be read. */
  fcntl(life->control, F_SETFL, fcntl(life->control, F_GETFL) | O_NONBLOCK);
  obey();
  launch_release(&life->launched, preload_of(life));
  while (now.state < OVER) advance();
  if (now.state == KILLED) kill_tree();
  if (now.state == LEFT) leave_survivors();
  report_end(report_trace(), cpu_nanoseconds());
  return now.exit_code;
}

/* The task is a copy of this process until its program runs. Nobody could be answered whose question cannot be read. */
static bool may_read_task(const struct life *life) {
  enum state copied;
  return task_read(life->launched.pid, (uint64_t)(uintptr_t)&now.state, &copied, sizeof copied) == PEEKED;
}

/* The shim, where the system has what it needs. */
static const char *preload_of(const struct life *life) {
  bool works = life->trace != NULL && helper_log_is_open(&life->trace->log) && supervisor_can_give(life->launched.listener) && may_read_task(life);
  return works ? SHIM_NAME : NULL;
}

static long long milliseconds(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000LL + time.tv_nsec / 1000000;
}

static bool is_traced(void) {
  return now.life->trace != NULL || now.life->subscription >= 0;
}

static uint64_t report_trace(void) {
  const struct life *life = now.life;
  if (life->subscription >= 0) return subscription_report(life->subscription);
  if (life->trace == NULL) return 0;
  trace_report(life->trace);
  return life->trace->notifications;
}

static uint64_t cpu_nanoseconds(void) {
  struct timespec time;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static void see_start(void) {
  const struct launched *launched = &now.life->launched;
  int error = launch_result(launched);
  if (error == 0) {
    report_started(launched->pid, is_traced(), launch_refusal(launched));
    now.state = RUNNING;
    return;
  }
  report_not_started(error);
  waitpid(launched->pid, NULL, 0);
  now.task_ended = true;
  now.exit_code = error == ENOENT ? 127 : 126;
  now.state = OVER;
}

static void end_task(int status) {
  now.task_ended = true;
  now.exit_code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  report_exited(status);
  if (now.state != RUNNING) return;
  now.state = ENDING;
  now.deadline = milliseconds() + SURVIVORS_MILLISECONDS;
}

/* Takes the children that have ended, orphans of the tree among them. False when no child is left. */
static bool reap(void) {
  struct signalfd_siginfo info;
  while (read(now.life->signals, &info, sizeof info) > 0) continue;
  int status;
  pid_t pid;
  while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
    if (pid == now.life->launched.pid) end_task(status);
  }
  return pid == 0;
}

static void signal_task(int number) {
  pid_t pid = now.life->launched.pid;
  if (now.life->launch->in_own_group) kill(-pid, number);
  else if (!now.task_ended) kill(pid, number);
}

/* Commands: 'K', and 'T' with a signal's number behind it, which may come later. */
static void obey(void) {
  static bool expects_number;
  unsigned char bytes[64];
  ssize_t length = read(now.life->control, bytes, sizeof bytes);
  if (length < 0 && (errno == EINTR || errno == EAGAIN)) return;
  if (length <= 0) now.state = KILLED;
  for (ssize_t i = 0; i < length; i++) {
    if (expects_number) signal_task(bytes[i]);
    else if (bytes[i] == 'K') now.state = KILLED;
    expects_number = !expects_number && bytes[i] == 'T';
  }
}

/* Waits for one thing to happen. */
static void advance(void) {
  static bool has_hung_up;
  const struct life *life = now.life;
  struct pollfd waits[] = {
      {.fd = life->trace == NULL || has_hung_up ? -1 : life->launched.listener, .events = POLLIN},
      {.fd = now.state == STARTING ? life->launched.start : -1, .events = POLLIN},
      {.fd = life->signals, .events = POLLIN},
      {.fd = life->control, .events = POLLIN},
      {.fd = subscribers_descriptor(), .events = POLLIN},
  };
  long long left = now.state == ENDING ? now.deadline - milliseconds() : -1;
  int ready = poll(waits, sizeof waits / sizeof *waits, now.state == ENDING && left < 0 ? 0 : (int)left);
  if (ready < 0) return;
  if (waits[0].revents & POLLIN) supervisor_answer();
  else if (waits[0].revents) has_hung_up = true;
  if (waits[4].revents) subscribers_hear();
  /* Before the end of children: the program's start can be seen no later than its end. */
  if (waits[1].revents) see_start();
  if (waits[2].revents && !reap() && now.state == ENDING) now.state = OVER;
  if (waits[3].revents && now.state < OVER) obey();
  if (now.state == ENDING && milliseconds() >= now.deadline) now.state = LEFT;
}

/* Again and again, because what is being killed may have forked meanwhile. */
static void kill_tree(void) {
  for (int blind = 0; reap();) {
    bool is_visible = tree_is_visible();
    if (!is_visible) signal_task(SIGKILL);
    if (is_visible ? !tree_kill() : blind++ == MOST_BLIND_KILLS) {
      now.state = LEFT;
      return;
    }
    struct pollfd child_ended = {.fd = now.life->signals, .events = POLLIN};
    poll(&child_ended, 1, KILL_AGAIN_MILLISECONDS);
  }
}

/* Without it, every file call of the survivors would fail from the moment when the listener is closed. */
static void leave_drainer(void) {
  int kept[] = {now.life->launched.listener, now.life->trace->log.shim};
  if (fork() != 0) return;
  setsid();
  prctl(PR_SET_NAME, "trace-drainer");
  trace_retire(now.life->trace);
  subscribers_close();
  descriptors_keep_only(kept, sizeof kept / sizeof *kept);
  supervisor_drain();
  _exit(0);
}

static void leave_survivors(void) {
  static const char outlived[] = "was still running after the command ended";
  struct tree survivors = tree_find();
  if (now.life->trace != NULL) leave_drainer();
  for (size_t i = 0; i < survivors.count; i++) {
    char name[64];
    task_name(survivors.pids[i], name);
    report_survivor(survivors.pids[i], name);
    if (now.life->trace != NULL) trace_is_incomplete(now.life->trace, name, outlived);
    else if (is_traced()) report_incomplete(name, outlived);
  }
  free(survivors.pids);
}
