#pragma once

#include "log.h"
#include "spot.h"

/* The working directory of this process, kept from one change of it to the next. */

/* It becomes the beginning of the spot. `moves` is then to be compared: see below. */
bool where_am_i(const struct shared_log *log, struct spot *spot, uint32_t *moves);

/* Whether it was still the same directory. */
bool where_i_was(uint32_t moves);

/* `chdir` and `fchdir`, by their numbers and first argument. */
long where_to(long number, long argument);
