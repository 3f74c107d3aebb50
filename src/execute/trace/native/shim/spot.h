#pragma once

#include <stdbool.h>
#include <stddef.h>

/* Small enough for the stack of a signal handler. Longer paths are left to the helper. */
enum { MOST_SPOT = 1024 };

/* A path that is being put together; without a NUL behind it. The path `/` has the length 0. */
struct spot {
  size_t length;
  /* Of the part in front of the last name, without the `/` between them. */
  size_t directory_length;
  char text[MOST_SPOT];
};

/* Whether the name in front of the end of `spot` is what a `..` there would lead to. */
typedef bool may_leave(const void *context, const struct spot *spot);

/*
 * Walks on from `spot` to the name at the end of `text`. False when it cannot be told from the text alone what is meant:
 * there is a `..` that may not leave, no name at the end, a `/` behind it, or too much.
 */
bool spot_walk(struct spot *spot, const char *text, may_leave *may_leave, const void *context);
