#pragma once

#include <stdbool.h>
#include <stddef.h>

/* Small enough for the stack. Directories with more are left to the helper. */
enum { MOST_NAMES = 4096 };

/* The names of a directory as a record holds them: each is `u8` kind, `u16` length, bytes. */
struct names {
  size_t length;
  char bytes[MOST_NAMES] __attribute__((aligned(8)));
};

/* From a descriptor that was just opened, and is as if it were afterwards. False: it has more, or their kinds are not told. */
bool names_read(struct names *names, int fd);
