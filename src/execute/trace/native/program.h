#pragma once

#include "path.h"
#include "text-map.h"

#include <sys/stat.h>

/* What the head of an executable file says of how it is run. */
struct program {
  bool is_32_bit;
  /* The interpreter is that of a `#!` line, and may be a script itself. */
  bool is_script;
  /* Empty for a static program, or one that only its own format's handler knows. */
  char interpreter[PATH_MAX];
  size_t interpreter_length;
};

/* False when the file cannot be read. */
bool program_read(const char *file, struct program *program);

/* Whether this state of the file was not asked about before. */
bool program_is_new(struct text_map *known, const struct path *path, const struct stat *status);
