#include "path.h"

#include <string.h>

bool path_set(struct path *path, const char *text, size_t length) {
  if (length >= sizeof path->text) return false;
  memcpy(path->text, text, length);
  path_cut(path, length);
  return true;
}

void path_copy(struct path *to, const struct path *from) {
  memcpy(to->text, from->text, from->length + 1);
  to->length = from->length;
}

bool path_append(struct path *path, const char *name, size_t length) {
  size_t at = path->length == 1 ? 0 : path->length;
  if (at + 1 + length >= sizeof path->text) return false;
  path->text[at] = '/';
  memcpy(path->text + at + 1, name, length);
  path_cut(path, at + 1 + length);
  return true;
}

void path_to_parent(struct path *path) {
  size_t slash = path->length - 1;
  while (slash > 0 && path->text[slash] != '/') slash--;
  path_cut(path, slash == 0 ? 1 : slash);
}

const char *path_name(const struct path *path) {
  const char *slash = strrchr(path->text, '/');
  return slash == NULL ? path->text : slash + 1;
}

bool path_is_inside(const char *directory, size_t directory_length, const struct path *path) {
  if (directory_length == 1) return true;
  if (path->length < directory_length || memcmp(path->text, directory, directory_length) != 0) return false;
  return path->text[directory_length] == '/' || path->text[directory_length] == '\0';
}

bool path_ends_with(const struct path *path, const char *end) {
  size_t length = strlen(end);
  return path->length >= length && memcmp(path->text + path->length - length, end, length) == 0;
}

void path_cut(struct path *path, size_t length) {
  path->length = length;
  path->text[length] = '\0';
}
