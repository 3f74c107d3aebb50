#include "report.h"

#include <errno.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SMALL_FRAME = 512 };

struct part {
  const void *bytes;
  size_t length;
};

static int report_fd = -1;
static bool is_whole;

int report_to(int fd) {
  int before = report_fd;
  report_fd = fd;
  is_whole = true;
  return before;
}

bool report_is_whole(void) {
  return is_whole;
}

static void write_all(const void *bytes, size_t length) {
  const char *at = bytes;
  while (length > 0) {
    ssize_t written = write(report_fd, at, length);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      is_whole = false;
      return;
    }
    at += written;
    length -= (size_t)written;
  }
}

/* By as few calls as can be. */
static void write_frame(enum frame frame, const struct part *parts, size_t count) {
  char small[SMALL_FRAME];
  uint32_t head[2] = {frame, 0};
  size_t used = sizeof head;
  for (size_t i = 0; i < count; i++) head[1] += (uint32_t)parts[i].length;
  memcpy(small, head, sizeof head);
  for (size_t i = 0; i < count; i++) {
    if (used + parts[i].length <= sizeof small) {
      if (parts[i].length > 0) memcpy(small + used, parts[i].bytes, parts[i].length);
      used += parts[i].length;
      continue;
    }
    write_all(small, used);
    used = 0;
    write_all(parts[i].bytes, parts[i].length);
  }
  write_all(small, used);
}

static void write_number_and_text(enum frame frame, const void *number, size_t size, const char *text) {
  write_frame(frame, (struct part[]){{number, size}, {text, strlen(text)}}, 2);
}

void report_started(pid_t pid, bool traced, const char *why_not) {
  unsigned char head[5] = {0};
  uint32_t number = (uint32_t)pid;
  memcpy(head, &number, sizeof number);
  head[4] = traced;
  write_number_and_text(FRAME_STARTED, head, sizeof head, traced ? "" : why_not);
}

void report_exited(int status) {
  bool was_killed = WIFSIGNALED(status);
  uint32_t exit[2] = {was_killed, (uint32_t)(was_killed ? WTERMSIG(status) : WEXITSTATUS(status))};
  write_frame(FRAME_EXITED, &(struct part){exit, sizeof exit}, 1);
}

void report_not_started(int error) {
  uint32_t number = (uint32_t)error;
  write_frame(FRAME_NOT_STARTED, &(struct part){&number, sizeof number}, 1);
}

void report_events(const void *records, size_t length) {
  write_frame(FRAME_EVENTS, &(struct part){records, length}, 1);
}

void report_frames(const void *bytes, size_t length) {
  write_all(bytes, length);
}

void report_incomplete(const char *program, const char *why) {
  uint16_t length = (uint16_t)strlen(program);
  write_frame(FRAME_INCOMPLETE, (struct part[]){{&length, sizeof length}, {program, length}, {why, strlen(why)}}, 3);
}

void report_network(const char *address, size_t length) {
  write_frame(FRAME_NETWORK, &(struct part){address, length}, 1);
}

void report_unprivileged(const char *program, size_t length) {
  write_frame(FRAME_UNPRIVILEGED, &(struct part){program, length}, 1);
}

void report_survivor(pid_t pid, const char *name) {
  uint32_t number = (uint32_t)pid;
  write_number_and_text(FRAME_SURVIVOR, &number, sizeof number, name);
}

void report_end(uint64_t notifications, uint64_t cpu_nanoseconds) {
  uint64_t figures[2] = {notifications, cpu_nanoseconds};
  write_frame(FRAME_END, &(struct part){figures, sizeof figures}, 1);
}
