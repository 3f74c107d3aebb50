#pragma once

#include <stdint.h>

/* What this process need not tell again, by hashes. Shared by threads, and by signal handlers with what they interrupt. */

enum known {
  KNOWN_NOTHING,
  KNOWN_OUTSIDE,
  /* It was told that something is there. */
  KNOWN_PRESENT,
  /* It was told that nothing is there. */
  KNOWN_ABSENT,
};

enum known known_find(uint64_t key);

/* May be forgotten. */
void known_set(uint64_t key, enum known known);
