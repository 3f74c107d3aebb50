#include "events.h"

#include "hash.h"
#include "report.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

struct events_slot {
  uint64_t hash;
  /* Of the latest such record, in units of RECORD_ALIGNMENT, plus one; 0 marks a free slot. */
  uint32_t place;
  uint32_t epoch;
};

/* Small at first: most commands are, and a page that is touched for the first time costs more than a call. */
enum { FIRST_CAPACITY = 64, FRAME_SIZE = 1024 * 1024 };

static const size_t most_bytes = 512u * 1024 * 1024;
static const size_t fewest_bytes = 1024 * 1024;

static const unsigned spelled_flags = EVENT_NOFOLLOW | EVENT_KEEPS | EVENT_EXCHANGE;

bool events_open(struct events *events) {
  *events = (struct events){.limit = most_bytes, .capacity = FIRST_CAPACITY};
  events->slots = calloc(events->capacity, sizeof *events->slots);
  /* Only address space: pages cost nothing until they are written. A task with a small `ulimit -v` gets less. */
  for (; events->limit >= fewest_bytes; events->limit /= 2) {
    void *room = mmap(NULL, events->limit, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (room == MAP_FAILED) continue;
    events->records = room;
    return events->slots != NULL;
  }
  return false;
}

void events_close(struct events *events) {
  if (events->records != NULL) munmap(events->records, events->limit);
  free(events->slots);
  *events = (struct events){0};
}

static bool is_repeatable(enum event_kind kind) {
  return kind == EVENT_MKDIR || kind == EVENT_REMOVE || kind == EVENT_RENAME || kind == EVENT_LINK || kind == EVENT_SYMLINK;
}

static bool ends_epoch(enum event_kind kind) {
  return kind == EVENT_REMOVE || kind == EVENT_RENAME || kind == EVENT_LINK;
}

static bool counts_per_epoch(enum event_kind kind) {
  return kind == EVENT_WRITE || kind == EVENT_CHMOD;
}

static size_t stamps_size(unsigned flags) {
  return ((flags & EVENT_HAS_BEFORE ? 1u : 0u) + (flags & EVENT_HAS_TO_BEFORE ? 1u : 0u)) * sizeof(struct stamp);
}

static const struct record *record_at(const struct events *events, const struct events_slot *slot) {
  return (const struct record *)(const void *)(events->records + (size_t)(slot->place - 1) * RECORD_ALIGNMENT);
}

static bool is_about_the_same(const struct record *record, const struct event *event) {
  if (record->kind != event->kind || (record->flags & spelled_flags) != event->flags) return false;
  if (record->path_length != event->path->length) return false;
  const char *path = (const char *)(record + 1) + stamps_size(record->flags);
  return memcmp(path, event->path->text, event->path->length) == 0;
}

static uint64_t hash_of(const struct event *event) {
  return hash_bytes(event->path->text, event->path->length, (uint64_t)event->kind << 8 | event->flags);
}

static struct events_slot *slot_of(const struct events *events, const struct event *event, uint64_t hash) {
  for (size_t at = hash;; at++) {
    struct events_slot *slot = &events->slots[at & (events->capacity - 1)];
    if (slot->place == 0) return slot;
    if (slot->hash == hash && is_about_the_same(record_at(events, slot), event)) return slot;
  }
}

/* Of nothing, nothing. */
static mode_t kind_before(const struct record *record) {
  if (!(record->flags & EVENT_HAS_BEFORE)) return 0;
  return ((const struct stamp *)(const void *)(record + 1))->mode & S_IFMT;
}

static bool is_known(const struct events *events, const struct events_slot *slot, const struct event *event) {
  if (slot->place == 0) return false;
  if (counts_per_epoch(event->kind)) return slot->epoch == events->epoch;
  return kind_before(record_at(events, slot)) == (event->before == NULL ? 0 : event->before->st_mode & S_IFMT);
}

bool events_know(const struct events *events, const struct event *event) {
  return !is_repeatable(event->kind) && is_known(events, slot_of(events, event, hash_of(event)), event);
}

static bool grow_slots(struct events *events) {
  size_t capacity = events->capacity * 2;
  struct events_slot *slots = calloc(capacity, sizeof *slots);
  if (slots == NULL) return false;
  for (size_t i = 0; i < events->capacity; i++) {
    if (events->slots[i].place == 0) continue;
    size_t at = events->slots[i].hash;
    while (slots[at & (capacity - 1)].place != 0) at++;
    slots[at & (capacity - 1)] = events->slots[i];
  }
  free(events->slots);
  events->slots = slots;
  events->capacity = capacity;
  return true;
}

static char *put(char *at, const void *bytes, size_t length) {
  if (length > 0) memcpy(at, bytes, length);
  return at + length;
}

static char *put_stamp(char *at, const struct stat *status) {
  if (status == NULL) return at;
  const struct stamp stamp = {
      .dev = status->st_dev,
      .ino = status->st_ino,
      .size = (uint64_t)status->st_size,
      .mtime = status->st_mtim.tv_sec,
      .mtime_ns = (uint32_t)status->st_mtim.tv_nsec,
      .mode = status->st_mode,
      .ctime = status->st_ctim.tv_sec,
      .ctime_ns = (uint32_t)status->st_ctim.tv_nsec,
  };
  return put(at, &stamp, sizeof stamp);
}

static bool append(struct events *events, const struct event *event) {
  const char *to = event->to == NULL ? "" : event->to->text;
  size_t to_length = event->to == NULL ? 0 : event->to->length;
  unsigned flags = event->flags | (event->before ? EVENT_HAS_BEFORE : 0u) | (event->to_before ? EVENT_HAS_TO_BEFORE : 0u);
  size_t size = sizeof(struct record) + stamps_size(flags) + event->path->length + to_length + event->names_length;
  size = (size + RECORD_ALIGNMENT - 1) / RECORD_ALIGNMENT * RECORD_ALIGNMENT;
  if (size > events->limit - events->used) return false;
  const struct record record = {
      .size = (uint32_t)size,
      .kind = (uint8_t)event->kind,
      .flags = (uint8_t)flags,
      .path_length = (uint16_t)event->path->length,
      .to_length = (uint16_t)to_length,
      .names_length = (uint32_t)event->names_length,
  };
  char *at = put(events->records + events->used, &record, sizeof record);
  at = put_stamp(put_stamp(at, event->before), event->to_before);
  at = put(put(at, event->path->text, event->path->length), to, to_length);
  put(at, event->names, event->names_length);
  events->used += size;
  return true;
}

bool events_add(struct events *events, const struct event *event) {
  if (ends_epoch(event->kind)) events->epoch++;
  if (is_repeatable(event->kind)) return append(events, event);
  if (2 * (events->count + 1) > events->capacity && !grow_slots(events)) return false;
  uint64_t hash = hash_of(event);
  struct events_slot *slot = slot_of(events, event, hash);
  if (is_known(events, slot, event)) return true;
  size_t place = events->used / RECORD_ALIGNMENT;
  if (!append(events, event)) return false;
  if (slot->place == 0) events->count++;
  *slot = (struct events_slot){.hash = hash, .place = (uint32_t)place + 1, .epoch = events->epoch};
  return true;
}

void events_void_since(struct events *events, size_t mark) {
  while (mark < events->used) {
    struct record *record = (struct record *)(void *)(events->records + mark);
    record->kind = EVENT_VOID;
    mark += record->size;
  }
}

void events_report(const struct events *events) {
  size_t start = 0;
  for (size_t end = 0; end < events->used;) {
    end += ((const struct record *)(const void *)(events->records + end))->size;
    if (end - start < FRAME_SIZE && end < events->used) continue;
    report_events(events->records + start, end - start);
    start = end;
  }
}
