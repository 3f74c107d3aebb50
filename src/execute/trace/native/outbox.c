#include "outbox.h"

#include "hash.h"
#include "report.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct outbox_slot {
  uint64_t hash;
  const struct record *record;
};

enum { FRAME_SIZE = 1024 * 1024, FIRST_CAPACITY = 64 };

void outbox_open(struct outbox *outbox) {
  *outbox = (struct outbox){.bytes = malloc(FRAME_SIZE), .slots = calloc(FIRST_CAPACITY, sizeof *outbox->slots), .capacity = FIRST_CAPACITY};
  if (outbox->slots == NULL) outbox->capacity = 0;
}

static void send_frame(struct outbox *outbox) {
  if (outbox->used > 0) report_events(outbox->bytes, outbox->used);
  outbox->used = 0;
}

static void append(struct outbox *outbox, const struct record *record) {
  if (outbox->bytes == NULL || record->size > FRAME_SIZE - outbox->used) send_frame(outbox);
  if (outbox->bytes == NULL || record->size > FRAME_SIZE) {
    report_events(record, record->size);
    return;
  }
  memcpy(outbox->bytes + outbox->used, record, record->size);
  outbox->used += record->size;
}

static const char *path_of(const struct record *record) {
  size_t stamps = (record->flags & EVENT_HAS_BEFORE ? 1u : 0u) + (record->flags & EVENT_HAS_TO_BEFORE ? 1u : 0u);
  return (const char *)(record + 1) + stamps * sizeof(struct stamp);
}

/* Of what stood there; 0 when nothing did. */
static uint32_t kind_before(const struct record *record) {
  if (!(record->flags & EVENT_HAS_BEFORE)) return 0;
  return ((const struct stamp *)(const void *)(record + 1))->mode & S_IFMT;
}

static size_t text_length(const struct record *record) {
  return (size_t)record->path_length + record->to_length;
}

static bool has_same_key(const struct record *a, const struct record *b) {
  if (a->kind != b->kind || ((a->flags ^ b->flags) & (EVENT_NOFOLLOW | EVENT_SET))) return false;
  if (a->path_length != b->path_length || a->to_length != b->to_length) return false;
  return memcmp(path_of(a), path_of(b), text_length(a)) == 0;
}

static struct outbox_slot *slot_of(struct outbox_slot *slots, size_t capacity, uint64_t hash, const struct record *record) {
  for (size_t at = hash;; at++) {
    struct outbox_slot *slot = &slots[at & (capacity - 1)];
    if (slot->record == NULL || (slot->hash == hash && has_same_key(slot->record, record))) return slot;
  }
}

static void grow(struct outbox *outbox) {
  size_t capacity = outbox->capacity * 2;
  struct outbox_slot *slots = calloc(capacity, sizeof *slots);
  for (size_t i = 0; i < outbox->capacity && slots != NULL; i++) {
    const struct outbox_slot *old = &outbox->slots[i];
    if (old->record != NULL) *slot_of(slots, capacity, old->hash, old->record) = *old;
  }
  free(outbox->slots);
  outbox->slots = slots;
  outbox->capacity = slots == NULL ? 0 : capacity;
}

/* Remembers the look. Whether the latest one before it had found the same. */
static bool is_repeated(struct outbox *outbox, const struct record *record) {
  if (2 * (outbox->count + 1) > outbox->capacity && outbox->capacity > 0) grow(outbox);
  /* Short of memory all is told. */
  if (outbox->capacity == 0) return false;
  uint64_t seed = (uint64_t)record->kind << 8 | (record->flags & (EVENT_NOFOLLOW | EVENT_SET));
  uint64_t hash = hash_bytes(path_of(record), text_length(record), seed);
  struct outbox_slot *slot = slot_of(outbox->slots, outbox->capacity, hash, record);
  const struct record *latest = slot->record;
  if (latest == NULL) outbox->count++;
  *slot = (struct outbox_slot){hash, record};
  return latest != NULL && kind_before(latest) == kind_before(record);
}

void outbox_put(struct outbox *outbox, const struct record *record) {
  bool is_look = record->kind == EVENT_READ || record->kind == EVENT_STAT || record->kind == EVENT_READLINK || record->kind == EVENT_LIST;
  if (is_look) is_repeated(outbox, record);
  append(outbox, record);
}

void outbox_put_look(struct outbox *outbox, const struct record *record) {
  if (!is_repeated(outbox, record)) append(outbox, record);
}

void outbox_close(struct outbox *outbox) {
  send_frame(outbox);
  free(outbox->bytes);
  free(outbox->slots);
  *outbox = (struct outbox){0};
}
