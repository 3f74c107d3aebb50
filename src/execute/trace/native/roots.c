#include "roots.h"

#include <string.h>

static bool linked_hold(const struct text_map *linked, const struct path *path) {
  if (linked->count == 0) return false;
  if (text_map_find(linked, "/", 1) != NULL) return true;
  for (size_t end = 1; end <= path->length; end++) {
    if (path->text[end] != '/' && path->text[end] != '\0') continue;
    if (text_map_find(linked, path->text, end) != NULL) return true;
  }
  return false;
}

bool roots_hold(const struct roots *roots, const struct path *path) {
  for (size_t i = 0; i < roots->count; i++) {
    if (path_is_inside(roots->given[i], strlen(roots->given[i]), path)) return true;
  }
  return !is_system_path(path) && linked_hold(&roots->linked, path);
}

void roots_add(struct roots *roots, const struct path *path) {
  if (is_system_path(path)) return;
  text_map_put(&roots->linked, &(struct text_map_entry){.key = path->text, .key_length = (uint32_t)path->length, .value = ""});
}

bool is_system_path(const struct path *path) {
  return path_is_inside("/proc", 5, path) || path_is_inside("/dev", 4, path);
}
