#include "calls.h"
#include "look.h"

static bool only_reads(int flags) {
  const int harmless = O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_LARGEFILE;
  return (flags & ~harmless) == O_RDONLY;
}

/* A FIFO must not be opened twice. That it was looked at will do. */
static bool tell_helper(const struct look *look) {
  struct stat status;
  plain_call(__NR_newfstatat, look->directory, (long)look->text, (long)&status, look->flags ? AT_SYMLINK_NOFOLLOW : 0, 0, 0);
  return true;
}

static bool take_back(struct look *look, long fd, const struct stat *status) {
  if (!is_kind(status, S_IFREG) && !is_kind(status, S_IFDIR)) return look_end_late(look, status) || tell_helper(look);
  plain_call(__NR_close, fd, 0, 0, 0, 0, 0);
  return false;
}

static bool open_freely(int directory, const char *path, int flags, long *result) {
  struct look look;
  struct stat stamp;
  if (!only_reads(flags)) return false;
  if (!look_begin(&look, EVENT_READ, flags & O_NOFOLLOW ? EVENT_NOFOLLOW : 0, directory, path)) return false;
  *result = free_call(__NR_openat, directory, (long)path, flags | O_NOFOLLOW, 0, 0);
  if (*result == -ENOENT || *result == -ENOTDIR) return look_end(&look, false, NULL);
  if (*result == -EINTR) return tell_helper(&look);
  if (has_failed(*result)) return false;
  if (look_is_outside(&look) && look_end(&look, true, NULL)) return true;
  if (plain_call(__NR_fstat, *result, (long)&stamp, 0, 0, 0, 0) != 0) stamp.st_mode = S_IFREG;
  /* The helper reads the names of a directory when it is opened. */
  else if (!is_kind(&stamp, S_IFDIR) && look_end(&look, true, &stamp)) return true;
  return take_back(&look, *result, &stamp);
}

long call_open(int directory, const char *path, int flags, unsigned mode) {
  long result;
  if (open_freely(directory, path, flags, &result)) return result;
  return plain_call(__NR_openat, directory, (long)path, flags, (long)mode, 0, 0);
}
