#pragma once

#include "path.h"

/* The names of a directory as records of README.md, in memory that the next listing uses again. */
struct listing {
  const char *names;
  size_t length;
};

/* False, with errno, when the directory could not be read. */
bool list_directory(const struct path *directory, struct listing *listing);

/* False also for what is not a directory at all. */
bool is_empty_directory(const struct path *directory);
