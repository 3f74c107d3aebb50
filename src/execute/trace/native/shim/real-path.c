#include "real-path.h"

#include "calls.h"

/* As many as the kernel follows in one path. */
enum { MOST_LINKS = 40 };

static size_t length_of(const char *text) {
  size_t length = 0;
  while (text[length] != '\0') length++;
  return length;
}

static void move(char *to, const char *from, size_t length) {
  if (to < from) for (size_t i = 0; i < length; i++) to[i] = from[i];
  else while (length-- > 0) to[length] = from[length];
}

struct walk {
  char *real;
  /* Of `/` it is 0 while walking. */
  size_t length;
  const char *rest;
  int links;
  /* Where the rest stands once a link was crossed. */
  char expanded[MOST_REAL_PATH];
};

static void to_parent(struct walk *walk) {
  while (walk->length > 0 && walk->real[--walk->length] != '/') continue;
}

/* Puts the target, which stands at the beginning, in front of the rest. */
static long cross(struct walk *walk, char *target, size_t length) {
  size_t rest = length_of(walk->rest);
  if (++walk->links > MOST_LINKS) return -ELOOP;
  if (length + 1 + rest >= MOST_REAL_PATH) return -ENAMETOOLONG;
  move(walk->expanded + length, walk->rest, rest + 1);
  move(walk->expanded, target, length);
  walk->rest = walk->expanded;
  if (target[0] == '/') walk->length = 0;
  else to_parent(walk);
  return 0;
}

/* What comes next shows whether it is a directory, unless there is no other name. */
static bool must_be_directory(const char *rest) {
  if (*rest != '/') return false;
  while (*rest == '/') rest++;
  if (*rest == '.') rest++;
  if (*rest == '.') rest++;
  return *rest == '\0' || *rest == '/';
}

static long check_directory(const struct walk *walk) {
  struct stat status;
  long result = call_stat(AT_FDCWD, walk->real, &status, 0);
  return result == 0 && !is_kind(&status, S_IFDIR) ? -ENOTDIR : result;
}

static long enter(struct walk *walk, const char *name, size_t length) {
  char target[MOST_REAL_PATH];
  if (walk->length + 1 + length >= MOST_REAL_PATH) return -ENAMETOOLONG;
  walk->real[walk->length] = '/';
  move(walk->real + walk->length + 1, name, length);
  walk->length += 1 + length;
  walk->real[walk->length] = '\0';
  long size = call_readlink(AT_FDCWD, walk->real, target, sizeof target);
  if (size == MOST_REAL_PATH) return -ENAMETOOLONG;
  if (size >= 0) return cross(walk, target, (size_t)size);
  if (size != -EINVAL) return size;
  return must_be_directory(walk->rest) ? check_directory(walk) : 0;
}

static long start(struct walk *walk) {
  if (walk->rest[0] == '/') return 0;
  long size = plain_call(__NR_getcwd, (long)walk->real, MOST_REAL_PATH, 0, 0, 0, 0);
  if (has_failed(size)) return size;
  if (walk->real[0] != '/') return -ENOENT;
  walk->length = size == 2 ? 0 : (size_t)size - 1;
  return 0;
}

long real_path(const char *path, char real[MOST_REAL_PATH]) {
  struct walk walk;
  walk.real = real;
  walk.length = 0;
  walk.rest = path;
  walk.links = 0;
  if (path == NULL) return -EINVAL;
  long result = path[0] == '\0' ? -ENOENT : start(&walk);
  while (result == 0 && *walk.rest != '\0') {
    const char *name = walk.rest;
    size_t length = 0;
    while (name[length] != '\0' && name[length] != '/') length++;
    walk.rest += length;
    if (length == 0) walk.rest++;
    else if (length == 2 && name[0] == '.' && name[1] == '.') to_parent(&walk);
    else if (length > 1 || name[0] != '.') result = enter(&walk, name, length);
  }
  if (result != 0) return result;
  if (walk.length == 0) real[walk.length++] = '/';
  real[walk.length] = '\0';
  return (long)walk.length;
}
