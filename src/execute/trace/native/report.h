#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Writes the frames of README.md to the runner. One that is gone is not an error: its end is seen elsewhere. */

enum frame {
  FRAME_STARTED = 1,
  FRAME_EXITED,
  FRAME_NOT_STARTED,
  FRAME_EVENTS,
  FRAME_INCOMPLETE,
  FRAME_NETWORK,
  FRAME_SURVIVOR,
  FRAME_END,
  FRAME_UNPRIVILEGED,
};

/* Gives where reports went before. */
int report_to(int fd);
/* Whether all that was written since `report_to` has arrived. */
bool report_is_whole(void);
/* Frames that somebody else made. */
void report_frames(const void *bytes, size_t length);
void report_started(pid_t pid, bool traced, const char *why_not);
/* `status` as wait gives it. */
void report_exited(int status);
void report_not_started(int error);
void report_events(const void *records, size_t length);
void report_incomplete(const char *program, const char *why);
void report_network(const char *address, size_t length);
void report_unprivileged(const char *program, size_t length);
void report_survivor(pid_t pid, const char *name);
void report_end(uint64_t notifications, uint64_t cpu_nanoseconds);
