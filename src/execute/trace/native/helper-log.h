#pragma once

#include "events.h"
#include "shared-log.h"

#include <sys/types.h>

/* The helper's side of the memory that it shares with the shim, and the shim itself. */
struct helper_log {
  /* -1 when there is no shim. */
  int shim;
  int memory;
  struct log_head *head;
  struct log_verdict *verdicts;
  uint32_t chunks;
  /* Where the records of each change begin in the events, in units of RECORD_ALIGNMENT. */
  uint32_t *changes;
  size_t changes_room;
};

/* `log` must be closed. What cannot be had leaves the task without a shim: all calls are trapped then. */
void helper_log_open(struct helper_log *log);
void helper_log_close(struct helper_log *log);

/* Nothing is noted any more, but programs still find the shim that they preload. */
void helper_log_retire(struct helper_log *log);

bool helper_log_is_open(const struct helper_log *log);

/* A new descriptor of the shim, or of the memory at a new chunk for `tid`; -1 for other names, and when there is none. */
int helper_log_answer(struct helper_log *log, const char *name, pid_t tid);

/* A call that may change something is about to be looked at. False when there is no memory to note it. */
bool helper_log_change(struct helper_log *log, const struct events *events);

/* What was true of directories may be so no more. */
void helper_log_forget(struct helper_log *log);

/* Whether it may change at any moment. */
void helper_log_unsettle(struct helper_log *log, bool is_unsettled);
bool helper_log_is_unsettled(const struct helper_log *log);

/* A working directory changes, unseen by the shim. */
void helper_log_move(struct helper_log *log);

enum verdict helper_log_verdict(const struct helper_log *log, const struct path *directory);
void helper_log_judge(struct helper_log *log, const struct path *directory, enum verdict verdict);

/* Writes the events to the report, with what the shim noted in between. False when some of that makes no sense. */
bool helper_log_report(struct helper_log *log, const struct events *events);
