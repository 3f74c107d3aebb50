#define _GNU_SOURCE
#include "listing.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct {
  char *bytes;
  size_t used;
  size_t size;
} names;

static unsigned char kind_of_mode(mode_t mode) {
  return S_ISREG(mode) ? 'f' : S_ISDIR(mode) ? 'd' : S_ISLNK(mode) ? 'l' : 'o';
}

static unsigned char kind_of(int directory, const struct dirent64 *entry) {
  switch (entry->d_type) {
    case DT_REG:
      return 'f';
    case DT_DIR:
      return 'd';
    case DT_LNK:
      return 'l';
    case DT_UNKNOWN:
      break;
    default:
      return 'o';
  }
  struct stat status;
  return fstatat(directory, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0 ? kind_of_mode(status.st_mode) : 'o';
}

static bool make_room(size_t length) {
  if (names.size - names.used >= length) return true;
  size_t size = 2 * names.size + 4096;
  char *bytes = realloc(names.bytes, size);
  if (bytes == NULL) return false;
  names.bytes = bytes;
  names.size = size;
  return true;
}

static bool add_name(unsigned char kind, const char *name) {
  uint16_t length = (uint16_t)strlen(name);
  if (!make_room(1 + sizeof length + length)) return false;
  char *at = names.bytes + names.used;
  at[0] = (char)kind;
  memcpy(at + 1, &length, sizeof length);
  memcpy(at + 1 + sizeof length, name, length);
  names.used += 1 + sizeof length + length;
  return true;
}

static bool is_itself_or_parent(const char *name) {
  return name[0] == '.' && (name[1] == '\0' || (name[1] == '.' && name[2] == '\0'));
}

typedef bool (*each_name)(int directory, const struct dirent64 *entry);

static bool add_entry(int directory, const struct dirent64 *entry) {
  return add_name(kind_of(directory, entry), entry->d_name);
}

static bool refuse_entry(int directory, const struct dirent64 *entry) {
  (void)directory;
  (void)entry;
  return false;
}

/* False when the directory could not be read, or as soon as `each` says so. */
static bool for_each_name(const struct path *path, each_name each) {
  static _Alignas(struct dirent64) char buffer[32 * 1024];
  int directory = open(path->text, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory < 0) return false;
  ssize_t length;
  bool goes_on = true;
  while (goes_on && (length = getdents64(directory, buffer, sizeof buffer)) > 0) {
    for (ssize_t at = 0; goes_on && at < length;) {
      const struct dirent64 *entry = (const struct dirent64 *)(const void *)(buffer + at);
      at += entry->d_reclen;
      goes_on = is_itself_or_parent(entry->d_name) || each(directory, entry);
    }
  }
  int error = errno;
  close(directory);
  errno = error;
  return goes_on && length == 0;
}

bool list_directory(const struct path *directory, struct listing *listing) {
  names.used = 0;
  if (!for_each_name(directory, add_entry)) return false;
  *listing = (struct listing){names.bytes, names.used};
  return true;
}

bool is_empty_directory(const struct path *directory) {
  return for_each_name(directory, refuse_entry);
}
