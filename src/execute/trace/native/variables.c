#define _GNU_SOURCE
#include "variables.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool read_all(int fd, char *bytes, size_t length) {
  for (size_t have = 0; have < length;) {
    ssize_t piece = read(fd, bytes + have, length - have);
    if (piece < 0 && errno == EINTR) continue;
    if (piece == 0) errno = EPIPE;
    if (piece <= 0) return false;
    have += (size_t)piece;
  }
  return true;
}

bool variables_take(int fd, size_t length) {
  if (length == 0) return true;
  /* The environment points into it from now on. */
  char *texts = malloc(length + 1);
  if (texts == NULL || !read_all(fd, texts, length)) return false;
  texts[length] = '\0';
  for (size_t at = 0; at < length; at += strlen(texts + at) + 1) {
    if (putenv(texts + at) != 0) return false;
  }
  return true;
}
