#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* The living descendants of this process, whatever group or session they are in. */

struct tree {
  pid_t *pids;
  size_t count;
};

/* Finds them; an empty tree when /proc cannot be read. The caller frees the pids. */
struct tree tree_find(void);

/* False where /proc cannot be read, as below a tracer that is gone: then no descendant is found. */
bool tree_is_visible(void);

/* Sends SIGKILL to all of them, once. False when there are some but none that we may kill. */
bool tree_kill(void);
