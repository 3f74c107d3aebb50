#pragma once

#include "path.h"

/* The names of a directory as records of README.md, in memory that the next listing uses again. */
struct listing {
  const char *names;
  size_t length;
};

/* False when the directory may not be read or there is no memory for its names. */
bool list_directory(const struct path *directory, struct listing *listing);

/* False also for what is not a directory at all. */
bool is_empty_directory(const struct path *directory);
