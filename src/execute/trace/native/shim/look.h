#pragma once

#include "known.h"
#include "log.h"
#include "spot.h"

/*
 * One call that finds out what stands somewhere. Between the beginning and the end the caller makes the call freely, without
 * following a link at the end of the path: where one is, and wherever else one of these says no, the result is thrown away
 * and the call is made again in the trapped way.
 */
struct look {
  const struct shared_log *log;
  enum event_kind kind;
  /* EVENT_NOFOLLOW when the program's call does not follow a link at the end. */
  unsigned flags;
  int directory;
  const char *text;
  uint64_t changes;
  uint32_t epoch;
  /* Of the working directory, when the path starts there. */
  uint32_t moves;
  uint64_t key;
  enum known known;
  enum verdict verdict;
  /* Only walked if needed. */
  bool is_walked;
  /* Of the spot: a `..` was passed that left a directory outside of all roots. */
  bool has_left;
  struct spot spot;
};

/* False when the shim cannot take the call. */
bool look_begin(struct look *look, enum event_kind kind, unsigned flags, int directory, const char *text);

/* Nothing that is no link is told of. */
bool look_is_outside(const struct look *look);

/* Whether the end needs a stamp, should something be there. */
bool look_needs_stamp(const struct look *look);

/* Whether nobody changed anything since the beginning. */
bool look_is_undisturbed(const struct look *look);

/* Notes what was found, unless that need not be told. `stamp` is NULL when nothing is there. False: it is not noted. */
bool look_end(struct look *look, bool is_there, const struct stat *stamp);

/* For what is there and cannot be looked at again: counts as a look of this moment. */
bool look_end_late(struct look *look, const struct stat *stamp);
