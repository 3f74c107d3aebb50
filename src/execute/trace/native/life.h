#pragma once

#include "launch.h"
#include "trace.h"

struct life {
  const struct launch *launch;
  struct launched launched;
  /* NULL when the task is not traced by us. */
  struct trace *trace;
  /* The helper that traces this one, and does so for us; -1 without. */
  int subscription;
  /* Commands of the runner; its end is the runner's. */
  int control;
  /* Readable when a child has ended. */
  int signals;
};

/*
 * Sees the task through, from its exec to the end of its last descendant, obeys the runner and reports everything.
 * The runner's death is the death of the whole tree. What lives on a second after a normal end is left alone, with a
 * process behind that answers its calls. Returns the exit code that stands for the task's end.
 */
int life_run(const struct life *life);
