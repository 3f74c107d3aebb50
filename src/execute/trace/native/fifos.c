#define _GNU_SOURCE
#include "fifos.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

int make_fifos(const char *directory, int first, int count) {
  int parent = open(directory, O_DIRECTORY | O_PATH | O_CLOEXEC);
  if (parent < 0) return errno;
  int error = 0;
  for (int i = 0; i < count && error == 0; i++) {
    char name[16];
    snprintf(name, sizeof name, "%d", first + i);
    if (mkfifoat(parent, name, 0600) != 0) error = errno;
  }
  close(parent);
  return error;
}
