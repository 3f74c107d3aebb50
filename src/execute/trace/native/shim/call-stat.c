#include "calls.h"
#include "look.h"

static bool is_absence(long result) {
  return result == -ENOENT || result == -ENOTDIR;
}

static bool is_empty(const char *path, int flags) {
  return flags & AT_EMPTY_PATH && (path == NULL || path[0] == '\0');
}

static unsigned event_flags(int flags) {
  return flags & AT_SYMLINK_NOFOLLOW ? EVENT_NOFOLLOW : 0;
}

static bool stat_freely(int directory, const char *path, struct stat *status, int flags, long *result) {
  struct look look;
  if (flags & ~(AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT)) return false;
  if (!look_begin(&look, EVENT_STAT, event_flags(flags), directory, path)) return false;
  *result = free_call(__NR_newfstatat, directory, (long)path, (long)status, flags | AT_SYMLINK_NOFOLLOW, 0);
  if (is_absence(*result)) return look_end(&look, false, NULL);
  if (*result != 0 || (is_kind(status, S_IFLNK) && !look.flags)) return false;
  return look_end(&look, true, status);
}

long call_stat(int directory, const char *path, struct stat *status, int flags) {
  long result;
  if (is_empty(path, flags) && directory != AT_FDCWD && log_attached() != NULL) return plain_call(__NR_fstat, directory, (long)status, 0, 0, 0, 0);
  if (stat_freely(directory, path, status, flags, &result)) return result;
  return plain_call(__NR_newfstatat, directory, (long)path, (long)status, flags, 0, 0);
}

static bool stamp_freely(const struct look *look, struct stat *stamp) {
  return free_call(__NR_newfstatat, look->directory, (long)look->text, (long)stamp, AT_SYMLINK_NOFOLLOW, 0) == 0;
}

static bool statx_freely(int directory, const char *path, int flags, unsigned mask, struct statx *status, long *result) {
  struct look look;
  struct stat stamp;
  if (flags & ~(AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | AT_STATX_SYNC_TYPE)) return false;
  if (!look_begin(&look, EVENT_STAT, event_flags(flags), directory, path)) return false;
  *result = free_call(__NR_statx, directory, (long)path, flags | AT_SYMLINK_NOFOLLOW, mask | STATX_TYPE, (long)status);
  if (is_absence(*result)) return look_end(&look, false, NULL);
  if (*result != 0 || ((status->stx_mode & S_IFMT) == S_IFLNK && !look.flags)) return false;
  if (look_needs_stamp(&look) && !stamp_freely(&look, &stamp)) return false;
  return look_end(&look, true, &stamp);
}

long call_statx(int directory, const char *path, int flags, unsigned mask, struct statx *status) {
  long result;
  if (is_empty(path, flags) && directory != AT_FDCWD && log_attached() != NULL) {
    return free_call(__NR_statx, directory, (long)"", flags, mask, (long)status);
  }
  if (statx_freely(directory, path, flags, mask, status, &result)) return result;
  return plain_call(__NR_statx, directory, (long)path, flags, mask, (long)status, 0);
}

/* What is no link is asked only whether it may be used so. */
static bool access_freely(int directory, const char *path, int mode, int flags, long *result) {
  struct look look;
  struct stat stamp;
  if (flags & ~(AT_SYMLINK_NOFOLLOW | AT_EACCESS) || mode & ~7) return false;
  if (!look_begin(&look, EVENT_STAT, event_flags(flags), directory, path)) return false;
  bool is_new = look.known == KNOWN_NOTHING || look_needs_stamp(&look);
  long there = is_new ? free_call(__NR_newfstatat, directory, (long)path, (long)&stamp, AT_SYMLINK_NOFOLLOW, 0) : 0;
  if (there == 0 && is_new && is_kind(&stamp, S_IFLNK) && !look.flags) return false;
  if (there == 0) there = *result = free_call(flags == 0 ? __NR_faccessat : __NR_faccessat2, directory, (long)path, mode, flags, 0);
  *result = there;
  if (is_absence(there)) return look_end(&look, false, NULL);
  /* Without permission: to use it, or to see it at all? */
  if (there != 0) return false;
  return look_end(&look, true, &stamp);
}

static long access_trapped(int directory, const char *path, int mode, int flags) {
  /* As a libc does it, whose calls a sandbox may be made for. */
  if (flags != 0) return plain_call(__NR_faccessat2, directory, (long)path, mode, flags, 0, 0);
#ifdef __NR_access
  if (directory == AT_FDCWD) return plain_call(__NR_access, (long)path, mode, 0, 0, 0, 0);
#endif
  return plain_call(__NR_faccessat, directory, (long)path, mode, 0, 0, 0);
}

long call_access(int directory, const char *path, int mode, int flags) {
  long result;
  return access_freely(directory, path, mode, flags, &result) ? result : access_trapped(directory, path, mode, flags);
}
