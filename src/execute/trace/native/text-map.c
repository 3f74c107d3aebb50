#include "text-map.h"

#include "hash.h"

#include <stdlib.h>
#include <string.h>

struct text_map_slot {
  struct text_map_entry entry;
  uint64_t hash;
};

struct text_map_block {
  struct text_map_block *next;
  size_t used;
  size_t size;
  char bytes[];
};

/* Small at first: a page that is touched for the first time costs more than a call. */
enum { FIRST_CAPACITY = 16, FIRST_BLOCK = 1024, LARGEST_BLOCK = 64 * 1024 };

static struct text_map_slot *slot_of(struct text_map_slot *slots, size_t capacity, uint64_t hash, const char *key, size_t length) {
  for (size_t at = hash;; at++) {
    struct text_map_slot *slot = &slots[at & (capacity - 1)];
    if (slot->entry.key == NULL) return slot;
    if (slot->hash == hash && slot->entry.key_length == length && memcmp(slot->entry.key, key, length) == 0) return slot;
  }
}

const struct text_map_entry *text_map_find(const struct text_map *map, const char *key, size_t length) {
  if (map->count == 0) return NULL;
  const struct text_map_slot *slot = slot_of(map->slots, map->capacity, hash_bytes(key, length, 0), key, length);
  return slot->entry.key == NULL ? NULL : &slot->entry;
}

static bool grow(struct text_map *map) {
  size_t capacity = map->capacity == 0 ? FIRST_CAPACITY : map->capacity * 2;
  struct text_map_slot *slots = calloc(capacity, sizeof *slots);
  if (slots == NULL) return false;
  for (size_t i = 0; i < map->capacity; i++) {
    const struct text_map_slot *old = &map->slots[i];
    if (old->entry.key != NULL) *slot_of(slots, capacity, old->hash, old->entry.key, old->entry.key_length) = *old;
  }
  free(map->slots);
  map->slots = slots;
  map->capacity = capacity;
  return true;
}

static const char *keep(struct text_map *map, const char *text, size_t length) {
  struct text_map_block *block = map->blocks;
  if (block == NULL || block->size - block->used < length) {
    size_t usual = block == NULL ? FIRST_BLOCK : block->size < LARGEST_BLOCK ? 2 * block->size : LARGEST_BLOCK;
    size_t size = length > usual ? length : usual;
    block = malloc(sizeof *block + size);
    if (block == NULL) return NULL;
    *block = (struct text_map_block){.next = map->blocks, .size = size};
    map->blocks = block;
  }
  char *kept = block->bytes + block->used;
  memcpy(kept, text, length);
  block->used += length;
  map->bytes += length;
  return kept;
}

bool text_map_put(struct text_map *map, const struct text_map_entry *entry) {
  if (2 * (map->count + 1) > map->capacity && !grow(map)) return false;
  uint64_t hash = hash_bytes(entry->key, entry->key_length, 0);
  struct text_map_slot *slot = slot_of(map->slots, map->capacity, hash, entry->key, entry->key_length);
  bool is_new = slot->entry.key == NULL;
  const char *key = is_new ? keep(map, entry->key, entry->key_length) : slot->entry.key;
  const char *value = keep(map, entry->value, entry->value_length);
  if (key == NULL || value == NULL) return false;
  *slot = (struct text_map_slot){.entry = *entry, .hash = hash};
  slot->entry.key = key;
  slot->entry.value = value;
  if (is_new) map->count++;
  return true;
}

const struct text_map_entry *text_map_next(const struct text_map *map, const struct text_map_entry *entry) {
  if (map->count == 0) return NULL;
  const struct text_map_slot *slot = entry == NULL ? map->slots : (const struct text_map_slot *)(const void *)entry + 1;
  const struct text_map_slot *end = map->slots + map->capacity;
  while (slot != end && slot->entry.key == NULL) slot++;
  return slot == end ? NULL : &slot->entry;
}

void text_map_clear(struct text_map *map) {
  while (map->blocks != NULL) {
    struct text_map_block *block = map->blocks;
    map->blocks = block->next;
    free(block);
  }
  free(map->slots);
  *map = (struct text_map){0};
}
