#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* The living descendants of this process, whatever group or session they are in. */

struct descendant {
  pid_t pid;
  char name[64];
};

struct tree {
  struct descendant *members;
  size_t count;
};

/* Finds them; an empty tree when /proc cannot be read. The caller frees the members. */
struct tree tree_find(void);

/* Sends SIGKILL to all of them, once. False when there are some but none that we may kill. */
bool tree_kill(void);
