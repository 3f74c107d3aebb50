#define _GNU_SOURCE
#include "calls.h"
#include "listing.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>

static void open_to_look(const struct call *call, struct place *place);
static void open_to_read(const struct call *call, int flags, struct place *place);
static void open_to_write(const struct call *call, int flags, struct place *place);

/* The shim and its memory are no files of anybody's. */
static bool is_answered(const struct call *call, const char *name) {
  bool is_log = strcmp(name, SHARED_LOG_NAME) == 0;
  if (!is_log && strcmp(name, SHIM_NAME) != 0) return false;
  if (is_log && !call->shares) return true;
  int fd = helper_log_answer(&call->trace->log, name, call->tid);
  if (fd >= 0) *call->answer = fd;
  return fd >= 0 || !call->shares;
}

static void handle_open(const struct call *call, const struct trapped_call *trapped, int flags) {
  bool follow = !(flags & O_NOFOLLOW) && (flags & (O_CREAT | O_EXCL)) != (O_CREAT | O_EXCL);
  bool only_reads = (flags & O_ACCMODE) == O_RDONLY && !(flags & (O_CREAT | O_TRUNC));
  if (!only_reads && !(flags & O_PATH)) trace_change(call->trace);
  char text[PATH_MAX];
  size_t length;
  if (!read_path(call, call->args[trapped->path], text, &length) || is_answered(call, text)) return;
  struct place place;
  int directory = directory_of(call, trapped->directory);
  if (locate_text(call, directory, text, length, follow ? 0 : AT_SYMLINK_NOFOLLOW, &place) != LOCATED) return;
  /* A file without a name changes nothing, but its directory must stand. */
  if (flags & O_PATH || (flags & O_TMPFILE) == O_TMPFILE) open_to_look(call, &place);
  else if (only_reads) open_to_read(call, flags, &place);
  else open_to_write(call, flags, &place);
}

void on_open(const struct call *call, const struct trapped_call *trapped) {
  handle_open(call, trapped, flags_of(call, trapped));
}

void on_openat2(const struct call *call, const struct trapped_call *trapped) {
  struct open_how how;
  enum peek peek = task_read(call->tid, call->args[2], &how, sizeof how);
  if (peek == PEEK_DENIED) give_up(call, "its memory could not be read");
  if (peek != PEEKED) return;
  if (how.resolve & RESOLVE_IN_ROOT) give_up(call, "changed what paths mean: openat2");
  else handle_open(call, trapped, (int)how.flags);
}

static void open_to_look(const struct call *call, struct place *place) {
  if (!place->is_inside) return;
  look(call, place);
  add_probe(call, place);
}

static void add_listing(const struct call *call, const struct place *place) {
  struct event event = {.kind = EVENT_LIST, .path = &place->path, .before = &place->status};
  struct listing listing;
  if (events_know(&call->trace->events, &event)) return;
  if (!list_directory(&place->path, &listing)) {
    if (errno != EACCES && errno != ENOENT) give_up(call, "a directory that it read could not be listed");
    add_probe(call, place);
    return;
  }
  event.names = listing.names;
  event.names_length = listing.length;
  trace_add(call->trace, &event);
}

static void open_to_read(const struct call *call, int flags, struct place *place) {
  if (!place->is_inside) return;
  look(call, place);
  bool fails = place->exists && (flags & O_DIRECTORY ? !is_directory(place) : S_ISLNK(place->status.st_mode));
  if (fails) add_probe(call, place);
  else if (is_directory(place)) add_listing(call, place);
  else
    trace_add(call->trace, &(struct event){
                               .kind = EVENT_READ,
                               .flags = place->follow ? 0 : EVENT_NOFOLLOW,
                               .path = &place->path,
                               .before = stamp_of(place),
                           });
}

static void add_write(const struct call *call, const struct place *place, bool keeps) {
  trace_add(call->trace, &(struct event){
                             .kind = EVENT_WRITE,
                             .flags = keeps ? EVENT_KEEPS : 0,
                             .path = &place->path,
                             .before = stamp_of(place),
                         });
}

static void open_to_create(const struct call *call, int flags, struct place *place) {
  bool may_create = flags & O_CREAT;
  if (!may_create || !has_parent(call, place, NULL)) add_probe(call, place);
  if (may_create) add_write(call, place, false);
}

static void open_to_write(const struct call *call, int flags, struct place *place) {
  look(call, place);
  if (!place->exists) {
    open_to_create(call, flags, place);
    return;
  }
  bool is_new_or_fails = (flags & (O_CREAT | O_EXCL)) == (O_CREAT | O_EXCL);
  bool fails = is_directory(place) || S_ISLNK(place->status.st_mode) || flags & O_DIRECTORY;
  if (is_new_or_fails) add_probe(call, place);
  bool writes = (flags & O_ACCMODE) == O_WRONLY || (flags & O_ACCMODE) == O_RDWR || flags & O_TRUNC;
  if (fails) add_probe(call, place);
  else if (writes) add_write(call, place, !(flags & O_TRUNC));
  else open_to_read(call, flags, place);
}

void on_truncate(const struct call *call, const struct trapped_call *trapped) {
  struct place place;
  trace_change(call->trace);
  if (locate_first(call, trapped, 0, &place) != LOCATED) return;
  look(call, &place);
  if (!place.exists || is_directory(&place)) add_probe(call, &place);
  else add_write(call, &place, call->args[1] > 0);
}
