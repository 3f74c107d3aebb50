#include "calls.h"
#include "look.h"

/* What is no link is as good as looked at. */
static bool tell_other(struct look *look, bool is_there) {
  struct stat stamp;
  if (is_there && look_needs_stamp(look)) {
    long result = free_call(__NR_newfstatat, look->directory, (long)look->text, (long)&stamp, AT_SYMLINK_NOFOLLOW, 0);
    if (result != 0) return false;
  }
  return look_end(look, is_there, &stamp);
}

static bool readlink_freely(int directory, const char *path, char *target, size_t size, long *result) {
  struct look look;
  if (size == 0 || !look_begin(&look, EVENT_STAT, EVENT_NOFOLLOW, directory, path)) return false;
  *result = free_call(__NR_readlinkat, directory, (long)path, (long)target, (long)size, 0);
  if (*result == -EINVAL) return tell_other(&look, true);
  if (*result == -ENOENT || *result == -ENOTDIR) return tell_other(&look, false);
  /* Where a link of a root leads, the helper wants to know. */
  return *result > 0 && look_is_outside(&look) && look_end(&look, true, NULL);
}

long call_readlink(int directory, const char *path, char *target, size_t size) {
  long result;
  if (path != NULL && path[0] != '\0' && readlink_freely(directory, path, target, size, &result)) return result;
#ifdef __NR_readlink
  if (directory == AT_FDCWD) return plain_call(__NR_readlink, (long)path, (long)target, (long)size, 0, 0, 0);
#endif
  return plain_call(__NR_readlinkat, directory, (long)path, (long)target, (long)size, 0, 0);
}
