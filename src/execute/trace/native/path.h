#pragma once

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * An absolute path without `.`, `..`, doubled or trailing slashes, with a NUL behind it. It has room for the longest
 * directory plus the longest path that a call may name, so that only the result must fit the system's limit.
 */
struct path {
  size_t length;
  char text[2 * PATH_MAX + 16];
};

bool path_set(struct path *path, const char *text, size_t length);
void path_copy(struct path *to, const struct path *from);

/* Adds `/name`; false when there is no room for it. */
bool path_append(struct path *path, const char *name, size_t length);

/* Cuts the last name off; the parent of `/` is `/`. */
void path_to_parent(struct path *path);

const char *path_name(const struct path *path);

/* Whether `path` is `directory` or below it. */
bool path_is_inside(const char *directory, size_t directory_length, const struct path *path);

bool path_ends_with(const struct path *path, const char *end);
void path_cut(struct path *path, size_t length);
