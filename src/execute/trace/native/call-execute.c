#define _GNU_SOURCE
#include "calls.h"
#include "program.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/xattr.h>
#include <unistd.h>

/* As deep as the kernel goes. */
enum { MOST_INTERPRETERS = 4 };

/* Set-user-id, set-group-id, or with capabilities of its own. */
static bool would_have_privileges(const struct place *place) {
  const struct stat *status = &place->status;
  if (status->st_mode & S_ISUID && status->st_uid != geteuid()) return true;
  if ((status->st_mode & (S_ISGID | S_IXGRP)) == (S_ISGID | S_IXGRP) && status->st_gid != getegid()) return true;
  return getxattr(place->path.text, "security.capability", NULL, 0) > 0;
}

/* False when its header need not be read (again). */
static bool add_executed(const struct call *call, const struct place *place) {
  bool succeeds = place->exists && S_ISREG(place->status.st_mode) && place->status.st_mode & 0111;
  if (!succeeds) {
    add_probe(call, place);
    return false;
  }
  trace_add(call->trace, &(struct event){.kind = EVENT_EXECUTED, .path = &place->path, .before = &place->status});
  if (call->trace->gave_up_privileges && would_have_privileges(place)) trace_add_unprivileged(call->trace, &place->path);
  return program_is_new(&call->trace->programs, &place->path, &place->status);
}

static void add_interpreters(const struct call *call, const char *file, const char *name) {
  struct place place;
  for (int depth = 0; depth <= MOST_INTERPRETERS; depth++) {
    struct program program;
    if (!program_read(file, &program)) return;
    if (program.is_32_bit) trace_is_incomplete(call->trace, name, "32-bit program");
    if (program.interpreter_length == 0) return;
    if (locate_text(call, AT_FDCWD, program.interpreter, program.interpreter_length, LOCATE_AS_WRITTEN, &place) != LOCATED) return;
    look(call, &place);
    if (!add_executed(call, &place) || !program.is_script) return;
    file = place.path.text;
    name = path_name(&place.path);
  }
}

/* A program without a path (a memfd) is nobody's file, but its interpreter is. */
static void execute_nameless(const struct call *call, int fd) {
  char file[64], name[64];
  snprintf(file, sizeof file, "/proc/%d/fd/%d", call->tid, fd);
  task_name(call->tid, name);
  add_interpreters(call, file, name);
}

void on_execute(const struct call *call, const struct trapped_call *trapped) {
  struct place place;
  int flags = flags_of(call, trapped);
  enum located located = locate_first(call, trapped, flags | LOCATE_AS_WRITTEN, &place);
  if (located == HIDDEN && flags & AT_EMPTY_PATH) execute_nameless(call, directory_of(call, trapped->directory));
  if (located != LOCATED) return;
  look(call, &place);
  if (add_executed(call, &place)) add_interpreters(call, place.path.text, path_name(&place.path));
}
