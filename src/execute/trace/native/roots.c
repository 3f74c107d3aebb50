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

struct each_root {
  size_t given;
  const struct text_map_entry *linked;
  const char *text;
  size_t length;
};

/* False at the end. */
static bool next_root(const struct roots *roots, struct each_root *each) {
  if (each->given < roots->count) {
    each->text = roots->given[each->given++];
    each->length = strlen(each->text);
    return true;
  }
  each->linked = text_map_next(&roots->linked, each->linked);
  if (each->linked == NULL) return false;
  each->text = each->linked->key;
  each->length = each->linked->key_length;
  return true;
}

/* The part of the root's path behind that of the directory; NULL when it is not in there. */
static const char *name_in(const struct each_root *root, const struct path *directory) {
  size_t start = directory->length == 1 ? 0 : directory->length;
  if (root->length <= start + 1 || memcmp(root->text, directory->text, start) != 0 || root->text[start] != '/') return NULL;
  return root->text + start + 1;
}

bool roots_are_in(const struct roots *roots, const struct path *directory) {
  struct each_root each = {0};
  while (next_root(roots, &each)) {
    if (name_in(&each, directory) != NULL) return true;
  }
  return false;
}

void roots_each_in(const struct roots *roots, const struct path *directory, void (*do_each)(void *context, const struct path *root), void *context) {
  struct each_root each = {0};
  while (next_root(roots, &each)) {
    struct path root;
    const char *name = name_in(&each, directory);
    if (name == NULL || memchr(name, '/', each.length - (size_t)(name - each.text)) != NULL) continue;
    if (path_set(&root, each.text, each.length)) do_each(context, &root);
  }
}

void roots_add(struct roots *roots, const struct path *path) {
  if (is_system_path(path)) return;
  text_map_put(&roots->linked, &(struct text_map_entry){.key = path->text, .key_length = (uint32_t)path->length, .value = ""});
}

bool is_system_path(const struct path *path) {
  return path_is_inside("/proc", 5, path) || path_is_inside("/dev", 4, path);
}
