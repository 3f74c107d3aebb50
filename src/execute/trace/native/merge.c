#define _GNU_SOURCE
#include "helper-log.h"

#include "outbox.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* A record of the shim. */
struct note {
  uint64_t changes;
  const struct record *record;
};

struct notes {
  struct note *all;
  size_t count, room;
};

static bool add_note(struct notes *notes, uint64_t changes, const struct record *record) {
  if (notes->count == notes->room) {
    size_t room = 2 * notes->room + 1024;
    struct note *all = realloc(notes->all, room * sizeof *all);
    if (all == NULL) return false;
    notes->all = all;
    notes->room = room;
  }
  notes->all[notes->count++] = (struct note){changes, record};
  return true;
}

/* A program may have written where it should not. */
static bool is_sound(const struct record *record, size_t room) {
  if (room < sizeof *record || record->size % RECORD_ALIGNMENT != 0 || record->size != room) return false;
  size_t stamp = record->flags & EVENT_HAS_BEFORE ? sizeof(struct stamp) : 0;
  bool is_look = record->kind == EVENT_READ || record->kind == EVENT_STAT || record->kind == EVENT_READLINK;
  bool is_variable = record->kind == EVENT_VARIABLE || record->kind == EVENT_VOID;
  int flags = is_variable ? EVENT_SET : EVENT_NOFOLLOW | EVENT_HAS_BEFORE;
  if (!(is_look || is_variable) || record->flags & ~flags || (is_look && record->to_length != 0) || record->names_length != 0) return false;
  return sizeof *record + stamp + record->path_length + record->to_length <= room;
}

static bool collect_from(const char *chunk, size_t used, uint64_t most_changes, struct notes *notes) {
  for (size_t at = sizeof(struct log_chunk); at + sizeof(struct log_entry) <= used;) {
    const struct log_entry *entry = (const void *)(chunk + at);
    uint32_t size = __atomic_load_n(&entry->size, __ATOMIC_ACQUIRE);
    bool is_complete = size & ENTRY_COMPLETE;
    size &= ~ENTRY_COMPLETE;
    if (size == 0) {
      /* Its process was killed before it could say how long it would be. */
      at += RECORD_ALIGNMENT;
      continue;
    }
    if (size < sizeof *entry || size % RECORD_ALIGNMENT != 0 || size > used - at) return false;
    const struct record *record = (const void *)(entry + 1);
    if (is_complete) {
      if (!is_sound(record, size - sizeof *entry) || entry->changes > most_changes) return false;
      if (record->kind != EVENT_VOID && !add_note(notes, entry->changes, record)) return false;
    }
    at += size;
  }
  return true;
}

/* What is mapped stays so, as the notes point there; the helper is about to end. */
static bool collect(const struct helper_log *log, struct notes *notes) {
  for (uint32_t number = 0; number < log->chunks; number++) {
    off_t at = CHUNKS_AT + (off_t)number * CHUNK_SIZE;
    struct log_chunk head;
    if (pread(log->memory, &head, sizeof head, at) != sizeof head) return false;
    size_t used = head.used < CHUNK_SIZE ? head.used : CHUNK_SIZE;
    if (used <= sizeof head) continue;
    const char *chunk = mmap(NULL, used, PROT_READ, MAP_SHARED | MAP_POPULATE, log->memory, at);
    if (chunk == MAP_FAILED || !collect_from(chunk, used, log->head->changes, notes)) return false;
  }
  return true;
}

static int compare(const void *a, const void *b) {
  const struct note *left = a, *right = b;
  if (left->changes != right->changes) return left->changes < right->changes ? -1 : 1;
  return left->record < right->record ? -1 : 1;
}

static void merge(const struct helper_log *log, const struct events *events, const struct notes *notes) {
  struct outbox outbox;
  outbox_open(&outbox);
  size_t at = 0, note = 0;
  for (uint64_t change = 0; change <= log->head->changes; change++) {
    /* The looks after this change, ours and the shim's, were in between this change and the next. */
    size_t end = change == log->head->changes ? events->used : (size_t)log->changes[change] * RECORD_ALIGNMENT;
    while (at < end) {
      const struct record *record = (const void *)(events->records + at);
      outbox_put(&outbox, record);
      at += record->size;
    }
    for (; note < notes->count && notes->all[note].changes == change; note++) outbox_put_look(&outbox, notes->all[note].record);
  }
  outbox_close(&outbox);
}

bool helper_log_report(struct helper_log *log, const struct events *events) {
  struct notes notes = {0};
  bool is_sound = collect(log, &notes);
  if (notes.count == 0) {
    events_report(events);
  } else {
    qsort(notes.all, notes.count, sizeof *notes.all, compare);
    merge(log, events, &notes);
  }
  free(notes.all);
  return is_sound;
}
