#include "spot.h"

static bool is_dot(const char *name, size_t length) {
  return length == 1 && name[0] == '.';
}

static bool is_dot_dot(const char *name, size_t length) {
  return length == 2 && name[0] == '.' && name[1] == '.';
}

static void to_parent(struct spot *spot) {
  while (spot->length > 0 && spot->text[--spot->length] != '/') continue;
}

bool spot_walk(struct spot *spot, const char *text, may_leave *may_leave, const void *context) {
  bool ends_in_name = false;
  while (*text != '\0') {
    if (*text == '/') {
      ends_in_name = false;
      text++;
      continue;
    }
    /* The name is put there before it is known what it is. */
    size_t at = spot->length;
    if (at + 2 > MOST_SPOT) return false;
    spot->text[at++] = '/';
    const char *name = &spot->text[at];
    while (*text != '\0' && *text != '/') {
      if (at == MOST_SPOT) return false;
      spot->text[at++] = *text++;
    }
    size_t length = (size_t)(&spot->text[at] - name);
    if (is_dot_dot(name, length)) {
      if (!may_leave(context, spot)) return false;
      to_parent(spot);
      ends_in_name = false;
      continue;
    }
    ends_in_name = !is_dot(name, length);
    if (!ends_in_name) continue;
    spot->directory_length = spot->length;
    spot->length = at;
  }
  return ends_in_name;
}
