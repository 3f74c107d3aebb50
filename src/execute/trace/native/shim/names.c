#include "names.h"

#include "system.h"

/* As the kernel gives it: longer by far than what is kept of it, which takes its place. */
struct entry {
  uint64_t ino;
  int64_t offset;
  uint16_t size;
  uint8_t type;
  char name[];
};

/* The types that are told of; the numbers of `d_type`. */
static char kind_of(uint8_t type) {
  switch (type) {
    case 8:
      return 'f';
    case 4:
      return 'd';
    case 10:
      return 'l';
    case 0:
      return '\0';
    default:
      return 'o';
  }
}

static bool is_itself_or_parent(const char *name) {
  return name[0] == '.' && (name[1] == '\0' || (name[1] == '.' && name[2] == '\0'));
}

static bool add(struct names *names, const struct entry *entry) {
  char kind = kind_of(entry->type);
  const char *name = entry->name;
  uint16_t length = 0;
  if (is_itself_or_parent(name)) return true;
  while (name[length] != '\0') length++;
  char *at = names->bytes + names->length;
  names->length += 1 + sizeof length + length;
  /* Forwards, as they may overlap. */
  at[0] = kind;
  at[1] = (char)(length & 0xff);
  at[2] = (char)(length >> 8);
  for (size_t i = 0; i < length; i++) at[3 + i] = name[i];
  return kind != '\0';
}

static long read_some(struct names *names, int fd) {
  size_t start = (names->length + 7) / 8 * 8;
  if (start >= MOST_NAMES) return -EINVAL;
  long size = plain_call(__NR_getdents64, fd, (long)(names->bytes + start), (long)(MOST_NAMES - start), 0, 0, 0);
  for (long at = 0; at < size;) {
    const struct entry *entry = (const struct entry *)(const void *)(names->bytes + start + at);
    at += entry->size;
    if (!add(names, entry)) return -EINVAL;
  }
  return size;
}

bool names_read(struct names *names, int fd) {
  long size;
  names->length = 0;
  do size = read_some(names, fd);
  while (size > 0);
  return size == 0 && plain_call(__NR_lseek, fd, 0, 0, 0, 0, 0) == 0;
}
