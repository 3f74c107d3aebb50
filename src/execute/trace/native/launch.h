#pragma once

#include <stdbool.h>
#include <sys/types.h>

struct launch {
  const char *program;
  char *const *arguments;
  bool in_own_group;
  bool traced;
};

struct launched {
  pid_t pid;
  /* A socket: brings the errno of a failed exec, or ends when the program runs. */
  int start;
  /* -1 when not traced; then `refusal` is the errno, if it was asked for. */
  int listener;
  int refusal;
  /* The filter was to be had only with the privileges of set-user-id programs given up. */
  bool gave_up_privileges;
};

/*
 * Starts the task's process. Nothing of the program has run when this returns: it waits for `launch_release`, and by then the
 * supervisor must be ready, because the exec is a call that waits for an answer.
 */
struct launched launch_task(const struct launch *launch);

/* `preload`: what is added to the libraries that the programs of the task preload; NULL for nothing. */
void launch_release(const struct launched *launched, const char *preload);

/* 0 when the program runs (or its process was killed before), else the errno of its exec. */
int launch_result(const struct launched *launched);

/* Why the task is not traced, for people; empty when tracing was not asked for. */
const char *launch_refusal(const struct launched *launched);
