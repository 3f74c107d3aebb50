#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A map from text to text. Keys and values live in the map until it is cleared. Short of memory it forgets. */
struct text_map {
  struct text_map_slot *slots;
  size_t capacity;
  size_t count;
  struct text_map_block *blocks;
  size_t bytes;
};

struct text_map_entry {
  const char *key;
  const char *value;
  uint32_t key_length;
  uint32_t value_length;
  bool mark;
};

const struct text_map_entry *text_map_find(const struct text_map *map, const char *key, size_t length);

/* Adds or replaces. False when memory ran out, and then nothing is stored. */
bool text_map_put(struct text_map *map, const struct text_map_entry *entry);

/* The entry after `entry`, the first one for NULL; NULL at the end. The order means nothing. */
const struct text_map_entry *text_map_next(const struct text_map *map, const struct text_map_entry *entry);

void text_map_clear(struct text_map *map);
