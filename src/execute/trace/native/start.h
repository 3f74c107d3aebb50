#pragma once

#include "request.h"

#include <sys/types.h>

struct started {
  pid_t pid;
  /* Why there is no process, as `errno` has it; 0 when there is one. */
  int error;
  /* The names lead nowhere any more, or nobody reads there: it is not the command's fault. */
  bool has_no_lines;
};

/*
 * Starts `helper` as requested, with the FIFOs as its descriptors 1 to 4 and nothing to read from 0. Their names are gone
 * when it starts, and of what is opened here nothing stays open. This process must be at home in the root directory.
 */
struct started start_helper(const char *helper, const struct request *request);
