#include "look.h"

#include "where.h"

static const char of_descriptors[] = "/proc/self/fd/";

/* As `/proc/self/fd` tells it. What has lost its name ends in ` (deleted)`, or seems to. */
static bool start_at_descriptor(struct spot *spot, int directory) {
  char link[sizeof of_descriptors + 10];
  size_t length = sizeof of_descriptors - 1;
  unsigned scale = 1, number = (unsigned)directory;
  if (directory < 0) return false;
  __builtin_memcpy(link, of_descriptors, length);
  while (number / scale >= 10) scale *= 10;
  for (; scale > 0; scale /= 10) link[length++] = (char)('0' + number / scale % 10);
  link[length] = '\0';
  long size = free_call(__NR_readlinkat, AT_FDCWD, (long)link, (long)spot->text, MOST_SPOT, 0);
  if (has_failed(size) || size == MOST_SPOT || spot->text[0] != '/' || spot->text[size - 1] == ')') return false;
  spot->length = size == 1 ? 0 : (size_t)size;
  return true;
}

/* The directory that the path starts from becomes the beginning of the spot. */
static bool start_spot(struct look *look) {
  struct spot *spot = &look->spot;
  spot->length = spot->directory_length = 0;
  if (look->text[0] == '/') return true;
  if (look->directory != AT_FDCWD) return start_at_descriptor(spot, look->directory);
  return where_am_i(look->log, spot, &look->moves);
}

static uint64_t key_of(const struct look *look, const struct spot *start) {
  uint64_t seed = hash_bytes(start->text, start->length, (uint64_t)look->epoch << 16 | (uint64_t)look->kind << 8 | look->flags);
  size_t length = 0;
  while (look->text[length] != '\0') length++;
  return hash_bytes(look->text, length, seed);
}

static enum verdict verdict_at(const struct look *look, size_t length) {
  const struct verdict_hashes hashes = verdict_hashes(look->spot.text, length, look->epoch);
  return verdict_find(look->log->verdicts, &hashes);
}

/* What is left inside of a root is a look by itself, which the helper tells of. */
static bool may_leave_outside(const void *context, const struct spot *spot) {
  struct look *look = (struct look *)(uintptr_t)context;
  look->has_left = true;
  if (spot->length == 0) return true;
  enum verdict verdict = verdict_at(look, spot->length);
  return verdict & VERDICT_IS_PLAIN;
}

static bool walk(struct look *look) {
  look->is_walked = true;
  return spot_walk(&look->spot, look->text, may_leave_outside, look);
}

static enum verdict verdict_of(const struct look *look) {
  const struct spot *spot = &look->spot;
  enum verdict verdict = verdict_at(look, spot->directory_length == 0 ? 1 : spot->directory_length) & VERDICT_KINDS;
  /* Had the directory that was left vanished, nothing would be found here, whatever is here. */
  if (verdict == VERDICT_INSIDE && look->has_left) return VERDICT_NONE;
  if (verdict != VERDICT_ABOVE) return verdict;
  return verdict_at(look, spot->length) == VERDICT_INSIDE ? VERDICT_NONE : VERDICT_OUTSIDE;
}

bool look_begin(struct look *look, enum event_kind kind, unsigned flags, int directory, const char *text) {
  look->log = log_attached();
  if (look->log == NULL || text == NULL) return false;
  look->kind = kind;
  look->flags = flags;
  look->directory = directory;
  look->text = text;
  look->changes = __atomic_load_n(&look->log->head->changes, __ATOMIC_SEQ_CST);
  look->epoch = __atomic_load_n(&look->log->head->epoch, __ATOMIC_SEQ_CST);
  if (!start_spot(look)) return false;
  look->key = key_of(look, &look->spot);
  look->known = known_find(look->key);
  look->is_walked = look->has_left = false;
  if (look->known != KNOWN_NOTHING) return true;
  if (!walk(look)) return false;
  look->verdict = verdict_of(look);
  return look->verdict != VERDICT_NONE;
}

bool look_is_outside(const struct look *look) {
  return look->known == KNOWN_OUTSIDE || (look->known == KNOWN_NOTHING && look->verdict == VERDICT_OUTSIDE);
}

bool look_needs_stamp(const struct look *look) {
  if (look->known == KNOWN_NOTHING) return look->verdict == VERDICT_INSIDE;
  return look->known == KNOWN_ABSENT;
}

bool look_is_undisturbed(const struct look *look) {
  const struct log_head *head = look->log->head;
  if (look->directory == AT_FDCWD && look->text[0] != '/' && !where_i_was(look->moves)) return false;
  return __atomic_load_n(&head->changes, __ATOMIC_SEQ_CST) == look->changes && __atomic_load_n(&head->epoch, __ATOMIC_SEQ_CST) == look->epoch;
}

bool look_end_late(struct look *look, const struct stat *stamp) {
  look->changes = __atomic_load_n(&look->log->head->changes, __ATOMIC_SEQ_CST);
  return look_end(look, true, stamp);
}

static bool note(struct look *look, const struct stat *stamp) {
  const struct finding finding = {
      .kind = look->kind,
      .flags = look->flags,
      .path = look->spot.text,
      .path_length = look->spot.length,
      .stamp = stamp,
      .changes = look->changes,
  };
  return log_note(&finding) != NULL;
}

bool look_end(struct look *look, bool is_there, const struct stat *stamp) {
  if (!look_is_undisturbed(look)) return false;
  if (look->known == KNOWN_OUTSIDE || look->known == (is_there ? KNOWN_PRESENT : KNOWN_ABSENT)) return true;
  enum known known = KNOWN_OUTSIDE;
  if (look->known != KNOWN_NOTHING || look->verdict == VERDICT_INSIDE) {
    if (!look->is_walked && !walk(look)) return false;
    if (!note(look, is_there ? stamp : NULL)) return false;
    known = is_there ? KNOWN_PRESENT : KNOWN_ABSENT;
  }
  known_set(look->key, known);
  return true;
}
