#pragma once

#include "record.h"

#include <stdbool.h>
#include <stddef.h>

/* Puts records into frames of the report. */
struct outbox {
  char *bytes;
  size_t used;
  /* The latest look of each kind at each path. */
  struct outbox_slot *slots;
  size_t capacity;
  size_t count;
};

void outbox_open(struct outbox *outbox);

void outbox_put(struct outbox *outbox, const struct record *record);

/* The same, unless the latest such look at the path had found the same. The record must stay where it is. */
void outbox_put_look(struct outbox *outbox, const struct record *record);

/* Sends what is left. */
void outbox_close(struct outbox *outbox);
