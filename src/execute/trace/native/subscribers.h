#pragma once

#include "trace.h"

#include <linux/seccomp.h>

/*
 * The helpers below this one, which could not trace their own trees because this one does. Each has a trace of its own
 * here, of what its descendants do.
 */
struct subscriber {
  pid_t pid;
  int socket;
  /* The next one around it; NULL: only we are. */
  struct subscriber *around;
  struct subscriber *next;
  /* In it stand the roots. */
  char *bytes;
  const char **roots;
  struct trace trace;
  /* Where its events ended before the call that waits now. */
  size_t mark;
  /* It has told its roots. */
  bool is_tracing;
};

/* Whether the call is a helper's question for a conversation, and no call at all. */
bool subscribers_are_asked(const struct seccomp_data *data);

/* Gives the helper that makes the call `id` of `listener` a socket; -1 when that cannot be. Then it is to be let go. */
int subscribers_welcome(int listener, uint64_t id, pid_t pid);

/* The innermost subscriber that `tid` descends from; NULL when there is none. The others are `around` it. False when it cannot be told. */
bool subscribers_find(pid_t tid, struct subscriber **found);

/* What somebody did belongs to one of them, but nobody can tell to which. */
void subscribers_give_up(void);

/* Readable when one of them has something to say; -1 while there never was one. */
int subscribers_descriptor(void);

/* Listens to all who have something to say. */
void subscribers_hear(void);

/* Links have changed, whoever did it. */
void subscribers_forget_links(pid_t tid);

/* Forgets all, without a word. */
void subscribers_close(void);
