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

static bool is_in_directory(const char *root, size_t length, const struct path *directory) {
  if (directory->length == 1) return true;
  return length > directory->length && memcmp(root, directory->text, directory->length) == 0 && root[directory->length] == '/';
}

bool roots_touch(const struct roots *roots, const struct path *path) {
  if (roots_hold(roots, path)) return true;
  for (size_t i = 0; i < roots->count; i++) {
    if (is_in_directory(roots->given[i], strlen(roots->given[i]), path)) return true;
  }
  const struct text_map_entry *root = NULL;
  while ((root = text_map_next(&roots->linked, root)) != NULL) {
    if (is_in_directory(root->key, root->key_length, path)) return true;
  }
  return false;
}

void roots_add(struct roots *roots, const struct path *path) {
  if (is_system_path(path)) return;
  text_map_put(&roots->linked, &(struct text_map_entry){.key = path->text, .key_length = (uint32_t)path->length, .value = ""});
}

bool is_system_path(const struct path *path) {
  return path_is_inside("/proc", 5, path) || path_is_inside("/dev", 4, path);
}
