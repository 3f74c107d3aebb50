#define _GNU_SOURCE
#include "calls.h"
#include "listing.h"

#include <fcntl.h>
#include <stdio.h>

/*
 * Whether a call succeeds is decided after it was let go, and other threads of the task may change what it depends on in
 * between. So a call that looks as if it must fail is reported twice: as the look that it is then, and as the change
 * that it may still become. What became of it the runner sees from the final state.
 */

static void add(const struct call *call, enum event_kind kind, const struct place *place) {
  trace_add(call->trace, &(struct event){.kind = kind, .path = &place->path, .before = stamp_of(place)});
}

static bool leads_elsewhere(const struct place *place) {
  return place->exists && (S_ISLNK(place->status.st_mode) || S_ISDIR(place->status.st_mode));
}

static bool is_new_name(const struct call *call, const struct place *place) {
  return !place->exists && has_parent(call, place, NULL);
}

void on_mkdir(const struct call *call, const struct trapped_call *trapped) {
  struct place place;
  trace_change(call->trace);
  if (locate_first(call, trapped, AT_SYMLINK_NOFOLLOW, &place) != LOCATED) return;
  look(call, &place);
  if (!is_new_name(call, &place)) add_probe(call, &place);
  if (!place.exists) add(call, EVENT_MKDIR, &place);
}

void on_mknod(const struct call *call, const struct trapped_call *trapped) {
  struct place place;
  trace_change(call->trace);
  if (locate_first(call, trapped, AT_SYMLINK_NOFOLLOW, &place) != LOCATED) return;
  look(call, &place);
  if (!is_new_name(call, &place)) add_probe(call, &place);
  if (!is_directory(&place)) add(call, EVENT_WRITE, &place);
}

void on_symlink(const struct call *call, const struct trapped_call *trapped) {
  struct place place;
  trace_change(call->trace);
  if (locate_first(call, trapped, AT_SYMLINK_NOFOLLOW, &place) != LOCATED) return;
  look(call, &place);
  if (!is_new_name(call, &place)) add_probe(call, &place);
  if (is_directory(&place)) return;
  add(call, EVENT_SYMLINK, &place);
  trace_forget_links(call->trace, call->tid);
}

void on_remove(const struct call *call, const struct trapped_call *trapped) {
  struct place place;
  int flags = flags_of(call, trapped);
  trace_change(call->trace);
  if (locate_first(call, trapped, AT_SYMLINK_NOFOLLOW, &place) != LOCATED) return;
  look(call, &place);
  bool succeeds = flags & AT_REMOVEDIR ? is_empty_directory(&place.path) && !place.is_link : place.exists && !is_directory(&place);
  if (!succeeds) add_probe(call, &place);
  if (!place.exists) return;
  add(call, EVENT_REMOVE, &place);
  if (leads_elsewhere(&place)) trace_forget_removed(call->trace);
}

void on_chmod(const struct call *call, const struct trapped_call *trapped) {
  struct place place;
  trace_change(call->trace);
  if (locate_first(call, trapped, flags_of(call, trapped), &place) != LOCATED) return;
  look(call, &place);
  if (place.exists) add(call, EVENT_CHMOD, &place);
  else add_probe(call, &place);
}

void on_fchmod(const struct call *call, const struct trapped_call *trapped) {
  struct place place;
  trace_change(call->trace);
  if (locate_text(call, directory_of(call, trapped->directory), "", 0, AT_EMPTY_PATH, &place) != LOCATED) return;
  look(call, &place);
  if (place.exists) add(call, EVENT_CHMOD, &place);
}

static enum located locate_second(const struct call *call, const struct trapped_call *trapped, struct place *place) {
  int directory = directory_of(call, trapped->to_directory);
  return locate(call, directory, call->args[trapped->to_path], AT_SYMLINK_NOFOLLOW, place);
}

/* The new name's directory must stand, on the same mount as the old name's. */
static bool may_take_name(const struct call *call, const struct place *from, const struct place *to) {
  uint64_t from_mount, to_mount;
  return has_parent(call, to, &to_mount) && has_parent(call, from, &from_mount) && from_mount == to_mount;
}

static bool is_same_file(const struct place *a, const struct place *b) {
  return a->exists && b->exists && a->status.st_ino == b->status.st_ino && a->status.st_dev == b->status.st_dev;
}

static bool may_replace(const struct place *from, const struct place *to) {
  if (!to->exists) return true;
  if (is_same_file(from, to) || is_directory(from) != is_directory(to)) return false;
  return !is_directory(to) || is_empty_directory(&to->path);
}

static bool rename_succeeds(const struct call *call, const struct place *from, const struct place *to, unsigned flags) {
  if (!from->exists || !may_take_name(call, from, to)) return false;
  if (is_directory(from) && is_below(call, to, from)) return false;
  if (flags & RENAME_EXCHANGE) return to->exists && !(is_directory(to) && is_below(call, from, to));
  return flags & RENAME_NOREPLACE ? !to->exists : may_replace(from, to);
}

/* One of the names is where nothing is reported (/dev/shm): at the other one the file appears or vanishes. */
static void rename_across(const struct call *call, const struct place *from, const struct place *to) {
  if (to != NULL && has_parent(call, to, NULL) && !is_directory(to)) add(call, EVENT_WRITE, to);
  else if (to != NULL) add_probe(call, to);
  else if (from->exists) add(call, EVENT_REMOVE, from);
  else add_probe(call, from);
  trace_forget_links(call->trace, call->tid);
}

void on_rename(const struct call *call, const struct trapped_call *trapped) {
  struct place from, to;
  unsigned flags = (unsigned)flags_of(call, trapped);
  trace_change(call->trace);
  enum located has_from = locate_first(call, trapped, AT_SYMLINK_NOFOLLOW, &from);
  if (has_from == CALL_FAILS) return;
  enum located has_to = locate_second(call, trapped, &to);
  if (has_to == CALL_FAILS || (has_from == HIDDEN && has_to == HIDDEN)) return;
  if (has_from == LOCATED) look(call, &from);
  if (has_to == LOCATED) look(call, &to);
  if (has_from == HIDDEN || has_to == HIDDEN) {
    rename_across(call, has_from == LOCATED ? &from : NULL, has_to == LOCATED ? &to : NULL);
    return;
  }
  if (!rename_succeeds(call, &from, &to, flags)) {
    add_probe(call, &from);
    if (from.exists) add_probe(call, &to);
    if (is_directory(&from) || is_directory(&to)) return;
  }
  trace_add(call->trace, &(struct event){
                             .kind = EVENT_RENAME,
                             .flags = flags & RENAME_EXCHANGE ? EVENT_EXCHANGE : 0,
                             .path = &from.path,
                             .before = stamp_of(&from),
                             .to = &to.path,
                             .to_before = stamp_of(&to),
                         });
  if (leads_elsewhere(&from) || leads_elsewhere(&to)) trace_forget_links(call->trace, call->tid);
}

void on_link(const struct call *call, const struct trapped_call *trapped) {
  struct place from, to;
  int flags = flags_of(call, trapped);
  if (trapped->flags == NONE || !(flags & AT_SYMLINK_FOLLOW)) flags |= AT_SYMLINK_NOFOLLOW;
  trace_change(call->trace);
  enum located has_from = locate_first(call, trapped, flags, &from);
  if (has_from == CALL_FAILS || locate_second(call, trapped, &to) != LOCATED) return;
  look(call, &to);
  if (has_from == HIDDEN) {
    /* A file without a name (O_TMPFILE) gets its first one. */
    if (is_new_name(call, &to)) add(call, EVENT_WRITE, &to);
    else add_probe(call, &to);
    return;
  }
  look(call, &from);
  if (!from.exists || is_directory(&from) || to.exists || !may_take_name(call, &from, &to)) {
    add_probe(call, &from);
    if (from.exists) add_probe(call, &to);
    if (is_directory(&from) || is_directory(&to)) return;
  }
  trace_add(call->trace, &(struct event){
                             .kind = EVENT_LINK,
                             .path = &from.path,
                             .before = stamp_of(&from),
                             .to = &to.path,
                             .to_before = stamp_of(&to),
                         });
  if (leads_elsewhere(&from)) trace_forget_links(call->trace, call->tid);
}
