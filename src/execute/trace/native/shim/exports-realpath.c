#include "calls.h"
#include "real-path.h"

extern void *malloc(size_t size) __attribute__((weak));
extern void __chk_fail(void) __attribute__((weak, noreturn));

EXPORTED char *realpath(const char *path, char *resolved) {
  char real[MOST_REAL_PATH];
  long length = as_libc(real_path(path, real));
  if (length < 0) return NULL;
  if (resolved == NULL && malloc != NULL) resolved = malloc((size_t)length + 1);
  if (resolved != NULL) __builtin_memcpy(resolved, real, (size_t)length + 1);
  return resolved;
}

EXPORTED char *canonicalize_file_name(const char *path) {
  return realpath(path, NULL);
}

/* With _FORTIFY_SOURCE. */
EXPORTED char *__realpath_chk(const char *path, char *resolved, size_t size) {
  if (size < MOST_REAL_PATH && __chk_fail != NULL) __chk_fail();
  return realpath(path, resolved);
}
