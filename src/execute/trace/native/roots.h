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

/* Whether a root is somewhere below `directory`. */
bool roots_are_in(const struct roots *roots, const struct path *directory);

/* Gives the roots that are names of `directory`. */
void roots_each_in(const struct roots *roots, const struct path *directory, void (*each)(void *context, const struct path *root), void *context);

void roots_add(struct roots *roots, const struct path *path);

/* Whether `path` is in /dev or /proc, where nothing is a file of anyone's. */
bool is_system_path(const struct path *path);
