#pragma once

#include "system.h"

/* The memory that is shared with the helper. */
struct shared_log {
  const struct log_head *head;
  const struct log_verdict *verdicts;
};

/* NULL when this process has none, or none yet: then every call goes the trapped way. */
const struct shared_log *log_attached(void);

/* From now on this process makes no call that its program did not ask for. */
void log_detach(void);

/* What is noted: a look at a path, with what was found there if there was anything. */
struct finding {
  enum event_kind kind;
  unsigned flags;
  const char *path;
  size_t path_length;
  /* NULL: nothing was there. */
  const struct stat *stamp;
  uint64_t changes;
  /* Of a directory, as a record holds them. */
  const char *names;
  size_t names_length;
  /* Of a variable, whose name is the path, the program. */
  const char *program;
  size_t program_length;
};

/* NULL when it could not be noted. Once this returns, it is noted whatever happens to the process. */
struct record *log_note(const struct finding *finding);

/* As if it had never been noted. */
void log_take_back(struct record *record);
