#pragma once

#include "task.h"
#include "trace.h"

#include <sys/stat.h>

/* A call that waits for its answer. */
struct call {
  struct trace *trace;
  int listener;
  uint64_t id;
  pid_t tid;
  const uint64_t *args;
  /* A descriptor that the caller gets instead of what its call would have given; -1 in all but one case. */
  int *answer;
  /* The process may note looks of its own in the shared memory: nobody but the outermost runner has to know of them. */
  bool shares;
};

/* The file that a path of a call means. */
struct place {
  /* As it is reported: as the task wrote it where that is in a root, else with all links followed (see LOCATE_AS_WRITTEN). */
  struct path path;
  bool is_inside;
  /* Whether the call follows a link at the end. */
  bool follow;
  /* The three below are known after `look`. `status` is behind the link for a call that follows. */
  bool exists;
  bool is_link;
  struct stat status;
};

/* A flag beside those of AT_*: outside of all roots, the path is kept as the task wrote it, links and all. */
enum { LOCATE_AS_WRITTEN = 1 << 30 };

enum located {
  LOCATED,
  /* It has no path that outlives the task: in /dev or /proc, a pipe, a file without a name. */
  HIDDEN,
  CALL_FAILS,
};

/* False when the call must fail, or its path could not be read. */
bool read_path(const struct call *call, uint64_t address, char text[PATH_MAX], size_t *length);

/*
 * Finds the place that a call names by a directory descriptor and a path in the task's memory. `flags` are AT_EMPTY_PATH,
 * AT_SYMLINK_NOFOLLOW and LOCATE_AS_WRITTEN.
 */
enum located locate(const struct call *call, int directory, uint64_t address, int flags, struct place *place);

/* The same for a path that is not in the task's memory. */
enum located locate_text(const struct call *call, int directory, const char *text, size_t length, int flags, struct place *place);

/* Finds out what stands there now. */
void look(const struct call *call, struct place *place);

/* The task knows now where the link at `place` leads, and may go there by the other name. */
void expect_behind(const struct call *call, const struct place *place);

/* The stamp for an event: NULL when nothing is there. */
const struct stat *stamp_of(const struct place *place);

bool is_directory(const struct place *place);

/* Whether the directory stands in which the file would be made. `mount` (may be NULL) becomes its mount's id, or 0. */
bool has_parent(const struct call *call, const struct place *place, uint64_t *mount);

/* Whether `place` really lies below `directory`, whatever links its path passes. */
bool is_below(const struct call *call, const struct place *place, const struct place *directory);

/* Notes that the call failed, or found out what stands there without changing it. Needs `look`. */
void add_probe(const struct call *call, const struct place *place);

/* Makes the trace incomplete because of the program that calls. */
void give_up(const struct call *call, const char *why);
