#pragma once

#include "path.h"
#include "record.h"

#include <stdint.h>
#include <sys/stat.h>

/* The records of README.md, kept in memory until the end of the task. */

struct event {
  enum event_kind kind;
  /* NOFOLLOW, KEEPS, EXCHANGE; the others follow from the stamps. */
  unsigned flags;
  const struct path *path;
  const struct stat *before;
  const struct path *to;
  const struct stat *to_before;
  const void *names;
  size_t names_length;
};

struct events {
  char *records;
  size_t used;
  size_t limit;
  struct events_slot *slots;
  size_t capacity;
  size_t count;
  uint32_t epoch;
};

/* False when there is no memory for even a small report. */
bool events_open(struct events *events);
/* Gives the memory back. */
void events_close(struct events *events);

/* Whether adding `event` would say nothing new. */
bool events_know(const struct events *events, const struct event *event);

/* Adds it unless it says nothing new. False when the report is full: the event is lost. */
bool events_add(struct events *events, const struct event *event);

/* Takes back what was added since `used` was `mark`: the call was interrupted before it was let go, and may come again. */
void events_void_since(struct events *events, size_t mark);

/* Writes all records to the report. */
void events_report(const struct events *events);
