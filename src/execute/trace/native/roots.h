#pragma once

#include "path.h"
#include "text-map.h"

/* The trees whose reads are reported: the given ones, and those that a link of theirs was found to lead to. */
struct roots {
  const char *const *given;
  size_t count;
  struct text_map linked;
};

bool roots_hold(const struct roots *roots, const struct path *path);

/* Whether `path` is in a root, or a root is in it. */
bool roots_touch(const struct roots *roots, const struct path *path);

void roots_add(struct roots *roots, const struct path *path);

/* Whether `path` is in /dev or /proc, where nothing is a file of anyone's. */
bool is_system_path(const struct path *path);
