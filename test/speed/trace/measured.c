/*
 * measured RESULT [--report] PROGRAM ARGS...: runs a program without output, and writes to the file RESULT its exit code, and in
 * microseconds the CPU time of it and of all that it waited for, and the time that passed. With --report the program is a trace
 * helper: it gets its report and control descriptors (3 and 4), and is read from to the end.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static char bytes[1 << 16];

static long long microseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000LL + now.tv_nsec / 1000;
}

static long long total(const struct rusage *usage) {
  return (usage->ru_utime.tv_sec + usage->ru_stime.tv_sec) * 1000000LL + usage->ru_utime.tv_usec + usage->ru_stime.tv_usec;
}

/* Out of the way of the numbers that the helper gets. */
static int move(int fd) {
  int moved = fcntl(fd, F_DUPFD_CLOEXEC, 10);
  close(fd);
  return moved;
}

int main(int count, char **words) {
  if (count < 3) return 2;
  int reports = strcmp(words[2], "--report") == 0;
  char **command = words + 2 + reports;
  int report[2] = {-1, -1}, control[2] = {-1, -1};
  if (reports && (pipe2(report, O_CLOEXEC) != 0 || pipe2(control, O_CLOEXEC) != 0)) return 2;
  for (int i = 0; reports && i < 2; i++) {
    report[i] = move(report[i]);
    control[i] = move(control[i]);
  }
  long long start = microseconds();
  pid_t child = fork();
  if (child == 0) {
    int nothing = open("/dev/null", O_RDWR);
    for (int fd = 0; fd < 3; fd++) dup2(nothing, fd);
    if (reports && (dup2(report[1], 3) != 3 || dup2(control[0], 4) != 4)) _exit(126);
    execv(command[0], command);
    _exit(127);
  }
  if (reports) {
    close(report[1]);
    close(control[0]);
    while (read(report[0], bytes, sizeof bytes) > 0 || errno == EINTR) errno = 0;
  }
  int status;
  struct rusage usage;
  if (wait4(child, &status, 0, &usage) != child) return 2;
  long long wall = microseconds() - start;
  FILE *result = fopen(words[1], "w");
  if (result == NULL) return 2;
  fprintf(result, "%d %lld %lld\n", WIFEXITED(status) ? WEXITSTATUS(status) : 255, total(&usage), wall);
  return fclose(result) == 0 ? 0 : 2;
}
