#include "trace.h"

#include "report.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

/* In milliseconds: from when a call is taken for over though its thread makes no other. */
enum { LONGEST_CALL = 100 };

/* No thread has this id. */
enum { SEVERAL = -1 };

bool trace_open(struct trace *trace, const char *const *roots, size_t count) {
  *trace = (struct trace){.roots = {.given = roots, .count = count}};
  trace->log.shim = trace->log.memory = -1;
  return events_open(&trace->events);
}

void trace_close(struct trace *trace) {
  trace_retire(trace);
  helper_log_close(&trace->log);
}

void trace_retire(struct trace *trace) {
  events_close(&trace->events);
  helper_log_retire(&trace->log);
  text_map_clear(&trace->resolver.known);
  text_map_clear(&trace->roots.linked);
  text_map_clear(&trace->programs);
  text_map_clear(&trace->addresses);
}

void trace_is_incomplete(struct trace *trace, const char *program, const char *why) {
  if (trace->is_incomplete) return;
  trace->is_incomplete = true;
  snprintf(trace->culprit, sizeof trace->culprit, "%s", program);
  snprintf(trace->why, sizeof trace->why, "%s", why);
}

static void lose_events(struct trace *trace) {
  trace_is_incomplete(trace, "the command", "touched more files than the tracer can hold");
}

void trace_change(struct trace *trace) {
  if (!helper_log_change(&trace->log, &trace->events)) lose_events(trace);
}

void trace_add(struct trace *trace, const struct event *event) {
  if (!events_add(&trace->events, event)) lose_events(trace);
}

void trace_add_address(struct trace *trace, const char *address) {
  uint32_t length = (uint32_t)strlen(address);
  struct text_map_entry entry = {.key = address, .key_length = length, .value = ""};
  if (!text_map_put(&trace->addresses, &entry)) trace_is_incomplete(trace, "the command", "connected to more addresses than fit");
}

static long long milliseconds(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC_COARSE, &time);
  return time.tv_sec * 1000LL + time.tv_nsec / 1000000;
}

void trace_forget_links(struct trace *trace, pid_t tid) {
  resolver_forget(&trace->resolver);
  /* In this order, so that nothing of the new epoch is taken for settled. */
  helper_log_unsettle(&trace->log, true);
  helper_log_forget(&trace->log);
  trace->unsettled_by = trace->unsettled_by == 0 || trace->unsettled_by == tid ? tid : SEVERAL;
  trace->unsettled_since = milliseconds();
}

void trace_settle(struct trace *trace, pid_t tid) {
  if (trace->unsettled_by == 0) return;
  if (trace->unsettled_by != tid && milliseconds() - trace->unsettled_since < LONGEST_CALL) return;
  trace->unsettled_by = 0;
  /* What was found out in between may have been found before it happened. */
  resolver_forget(&trace->resolver);
  helper_log_unsettle(&trace->log, false);
}

/* What was told of directories stays right: whatever leads elsewhere than it did has to be made first, or moved there. */
void trace_forget_removed(struct trace *trace) {
  resolver_forget(&trace->resolver);
}

void trace_add_root(struct trace *trace, const struct path *path) {
  roots_add(&trace->roots, path);
  helper_log_forget(&trace->log);
}

void trace_report(struct trace *trace) {
  if (trace->is_incomplete) report_incomplete(trace->culprit, trace->why);
  const struct text_map *addresses = &trace->addresses;
  for (const struct text_map_entry *entry = NULL; (entry = text_map_next(addresses, entry)) != NULL;) report_network(entry->key, entry->key_length);
  if (!helper_log_report(&trace->log, &trace->events) && !trace->is_incomplete) report_incomplete("the command", "damaged the tracer's memory");
}
