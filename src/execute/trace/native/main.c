#define _GNU_SOURCE
#include "descriptors.h"
#include "failed.h"
#include "fifos.h"
#include "life.h"
#include "report.h"
#include "signals.h"
#include "subscribers.h"
#include "subscription.h"
#include "spawner.h"
#include "supervisor.h"
#include "variables.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

struct options {
  struct launch launch;
  const char **roots;
  size_t roots_count;
  int report;
  int control;
  size_t variables_length;
};

static bool read_options(int count, char **arguments, struct options *options) {
  *options = (struct options){.roots = calloc((size_t)count, sizeof *options->roots), .report = -1, .control = -1};
  int at = 1;
  for (; at < count && strcmp(arguments[at], "--") != 0; at++) {
    const char *name = arguments[at];
    if (strcmp(name, "--trace") == 0) options->launch.traced = true;
    else if (strcmp(name, "--group") == 0) options->launch.in_own_group = true;
    else if (at + 1 == count) return false;
    else if (strcmp(name, "--root") == 0) options->roots[options->roots_count++] = arguments[++at];
    else if (strcmp(name, "--report-fd") == 0) options->report = atoi(arguments[++at]);
    else if (strcmp(name, "--control-fd") == 0) options->control = atoi(arguments[++at]);
    else if (strcmp(name, "--variables") == 0) options->variables_length = strtoul(arguments[++at], NULL, 10);
    else return false;
  }
  if (options->roots == NULL || at + 2 >= count || options->report < 3 || options->control < 3) return false;
  options->launch.program = arguments[at + 1];
  options->launch.arguments = &arguments[at + 2];
  return true;
}

static void close_on_exec(int fd) {
  fcntl(fd, F_SETFD, fcntl(fd, F_GETFD) | FD_CLOEXEC);
}

static void keep_only_ours(const struct options *options, const struct life *life, const struct helper_log *log) {
  const struct launched *launched = &life->launched;
  int kept[] = {options->report, options->control, life->signals, life->subscription, launched->start, launched->listener, log->shim, log->memory};
  descriptors_keep_only(kept, sizeof kept / sizeof *kept);
}

static int fail(const char *what) {
  perror(what);
  return HELPER_FAILED;
}

int main(int count, char **arguments) {
  static struct trace trace;
  struct options options;
  if (count == 5 && strcmp(arguments[1], "--make-fifos") == 0) return make_fifos(arguments[2], atoi(arguments[3]), atoi(arguments[4]));
  if (count == 2 && strcmp(arguments[1], "--spawn-on-request") == 0) return spawn_on_request(arguments[0]);
  if (!read_options(count, arguments, &options)) {
    fputs("usage: trace-helper [--trace] [--group] [--root DIR]... [--variables LENGTH] --report-fd N --control-fd N -- PROGRAM ARGV0 [ARGS...]\n", stderr);
    return HELPER_FAILED;
  }
  close_on_exec(options.report);
  close_on_exec(options.control);
  report_to(options.report);
  signals_ignore();
  if (!variables_take(options.control, options.variables_length)) return fail("trace-helper: variables");
  /* Orphans of the tree become our children, so that none of them can get out of sight. */
  prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
  struct life life = {.launch = &options.launch, .subscription = -1, .control = options.control, .signals = signals_open()};
  if (life.signals < 0) return fail("trace-helper: signalfd");
  if (!trace_open(&trace, options.roots, options.roots_count)) return fail("trace-helper: memory");
  if (options.launch.traced) life.subscription = subscription_open(options.roots, options.roots_count);
  /* A second filter is not to be had then, and asking for it might cost the task its privileges. */
  if (life.subscription >= 0) options.launch.traced = false;
  if (options.launch.traced) helper_log_open(&trace.log);
  life.launched = launch_task(&options.launch);
  if (life.launched.pid < 0) return fail("trace-helper: fork");
  if (life.launched.listener >= 0) {
    if (!supervisor_open(life.launched.listener, &trace)) return fail("trace-helper: memory");
    life.trace = &trace;
    trace.gave_up_privileges = life.launched.gave_up_privileges;
  }
  keep_only_ours(&options, &life, &trace.log);
  int exit_code = life_run(&life);
  subscribers_close();
  trace_close(&trace);
  free(options.roots);
  return exit_code;
}
