#define _GNU_SOURCE
#include "ancestry.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { REMEMBERED = 4096, MOST_TRIES = 100 };

/* The directory in /proc is made anew when another thread gets the number. */
struct known {
  pid_t tid;
  ino_t directory;
  struct subscriber *subscriber;
};

static struct known remembered[REMEMBERED];

void ancestry_forget(void) {
  memset(remembered, 0, sizeof remembered);
}

/* Of the process of a thread; -1 when it cannot be told. */
static pid_t parent_of(pid_t tid) {
  char file[40], text[512];
  snprintf(file, sizeof file, "/proc/%d/stat", tid);
  int fd = open(file, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return -1;
  ssize_t length = read(fd, text, sizeof text - 1);
  close(fd);
  text[length > 0 ? length : 0] = '\0';
  /* `pid (name) state parent …`; the name may hold anything, parentheses too. */
  const char *end = strrchr(text, ')');
  pid_t parent;
  return end != NULL && sscanf(end + 1, " %*c %d", &parent) == 1 ? parent : -1;
}

static struct subscriber *subscriber_with(pid_t pid, struct subscriber *first) {
  while (first != NULL && (first->pid != pid || !first->is_tracing)) first = first->next;
  return first;
}

/* False when a process on the way ended meanwhile: its children have other parents by now. */
static bool walk_up(pid_t tid, struct subscriber *first, struct subscriber **found) {
  const pid_t own = getpid();
  pid_t pid = parent_of(tid);
  for (*found = NULL; pid > 1 && pid != own && *found == NULL;) {
    *found = subscriber_with(pid, first);
    if (*found == NULL) pid = parent_of(pid);
  }
  return pid >= 0;
}

bool ancestry_find(pid_t tid, struct subscriber *first, struct subscriber **found) {
  char directory[32];
  struct stat status;
  *found = NULL;
  snprintf(directory, sizeof directory, "/proc/%d", tid);
  if (stat(directory, &status) != 0) return false;
  struct known *known = &remembered[(unsigned)tid % REMEMBERED];
  if (known->tid == tid && known->directory == status.st_ino) {
    *found = known->subscriber;
    return true;
  }
  for (int tries = 0; tries < MOST_TRIES; tries++) {
    if (!walk_up(tid, first, found)) continue;
    *known = (struct known){tid, status.st_ino, *found};
    return true;
  }
  return false;
}
