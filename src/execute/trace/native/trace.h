#pragma once

#include "events.h"
#include "helper-log.h"
#include "resolve.h"
#include "program.h"
#include "roots.h"

/* Everything that is known of the traced tree, and what will be reported of it. */
struct trace {
  struct roots roots;
  struct resolver resolver;
  struct events events;
  struct helper_log log;
  /* Executables whose heads were read, by path and stamp. */
  struct text_map programs;
  struct text_map addresses;
  uint64_t notifications;
  /* Who was let go to change links, and when, while that may still be to come. */
  pid_t unsettled_by;
  long long unsettled_since;
  bool is_incomplete;
  char culprit[256];
  char why[128];
};

bool trace_open(struct trace *trace, const char *const *roots, size_t count);
void trace_close(struct trace *trace);

/* Gives back all that nobody needs when nothing is noted any more. */
void trace_retire(struct trace *trace);

/* Only the first reason is kept. */
void trace_is_incomplete(struct trace *trace, const char *program, const char *why);

/* A call that may change what others find is going to be let go. Comes before all that is found out for it. */
void trace_change(struct trace *trace);

void trace_add(struct trace *trace, const struct event *event);

/* An address outside of this machine was connected to. */
void trace_add_address(struct trace *trace, const char *address);

/* The task is about to make or move a link, or to move a directory: what was known of where paths lead may be wrong. */
void trace_forget_links(struct trace *trace, pid_t tid);

/* `tid` makes a call: the one before it is over. */
void trace_settle(struct trace *trace, pid_t tid);

/* The task removed a link or a directory. */
void trace_forget_removed(struct trace *trace);

/* A link of a root was found to lead to `path`. */
void trace_add_root(struct trace *trace, const struct path *path);

/* Writes all but the end frame. */
void trace_report(struct trace *trace);
