#define _GNU_SOURCE
#include "place.h"

#include "kernel.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>

static enum located find_base(const struct call *call, int directory, bool is_absolute, struct base *base);
static enum located settle(const struct call *call, struct place *place, bool as_written);
static void watch_directory(struct trace *trace, const struct path *path);
static void add_crossed(void *context, const struct path *directory);
static bool parent_to_judge(const struct call *call, const struct path *path, struct path *directory);
static void judge(struct trace *trace, const struct path *directory, const struct place *place);
static void give_up_if_ambiguous(const struct call *call);

bool read_path(const struct call *call, uint64_t address, char text[PATH_MAX], size_t *length) {
  enum peek peek = task_read_path(call->tid, address, text, length);
  if (peek == PEEK_DENIED) give_up(call, "its memory could not be read");
  return peek == PEEKED;
}

enum located locate(const struct call *call, int directory, uint64_t address, int flags, struct place *place) {
  char text[PATH_MAX];
  size_t length = 0;
  /* The kernel takes no path at all for an empty one where that is allowed. */
  bool has_path = address != 0 || !(flags & AT_EMPTY_PATH);
  if (has_path && !read_path(call, address, text, &length)) return CALL_FAILS;
  return locate_text(call, directory, text, length, flags, place);
}

static bool still_waits(const struct call *call) {
  uint64_t id = call->id;
  return ioctl(call->listener, SECCOMP_IOCTL_NOTIF_ID_VALID, &id) == 0;
}

static bool follows_at_the_end(const char *text, size_t length, int flags) {
  if (!(flags & AT_SYMLINK_NOFOLLOW)) return true;
  return length > 0 && (text[length - 1] == '/' || (length > 1 && text[length - 1] == '.' && text[length - 2] == '/'));
}

enum located locate_text(const struct call *call, int directory, const char *text, size_t length, int flags, struct place *place) {
  if (length == 0 && !(flags & AT_EMPTY_PATH)) return CALL_FAILS;
  struct base base;
  enum located located = find_base(call, directory, length > 0 && text[0] == '/', &base);
  if (located != LOCATED) return length == 0 ? located : CALL_FAILS;
  struct path *path = &place->path;
  path_copy(path, &base.path);
  const struct walk walk = {&call->trace->resolver, call->tid, add_crossed, (void *)(uintptr_t)call};
  enum walked walked = walk_path(&walk, path, text, length);
  if (walked == WALKED_TOO_FAR || path->length >= PATH_MAX) give_up(call, "it used a path that is too long");
  if (walked != WALKED || path->length >= PATH_MAX) return CALL_FAILS;
  if (base.is_deleted && path_is_inside(base.path.text, base.path.length, path)) return length == 0 ? HIDDEN : CALL_FAILS;
  place->follow = follows_at_the_end(text, length, flags);
  struct path directory_path;
  bool has_directory = !base.is_deleted && parent_to_judge(call, path, &directory_path);
  located = settle(call, place, flags & LOCATE_AS_WRITTEN);
  if (has_directory) judge(call->trace, &directory_path, place);
  give_up_if_ambiguous(call);
  return located;
}

static void give_up_if_ambiguous(const struct call *call) {
  if (call->trace->resolver.depends_on_caller) give_up(call, "it followed a link to /proc/self");
}

/* The directory that the shim will ask for when the same path comes again. False when it need not be judged. */
static bool parent_to_judge(const struct call *call, const struct path *path, struct path *directory) {
  const struct trace *trace = call->trace;
  if (!helper_log_is_open(&trace->log) || helper_log_is_unsettled(&trace->log) || path->length == 1) return false;
  path_copy(directory, path);
  path_to_parent(directory);
  return helper_log_verdict(&trace->log, directory) == VERDICT_NONE;
}

static void judge_root(void *context, const struct path *root) {
  struct trace *trace = context;
  if (helper_log_verdict(&trace->log, root) == VERDICT_NONE) helper_log_judge(&trace->log, root, VERDICT_INSIDE);
}

/* First the names that are not as the others are, which may raise the epoch. */
static void judge_above(struct trace *trace, const struct path *directory) {
  uint32_t epoch = trace->log.head->epoch;
  roots_each_in(&trace->roots, directory, judge_root, trace);
  if (trace->log.head->epoch == epoch) helper_log_judge(&trace->log, directory, VERDICT_ABOVE | VERDICT_IS_PLAIN);
}

static void judge(struct trace *trace, const struct path *directory, const struct place *place) {
  struct path real;
  if (roots_hold(&trace->roots, directory)) helper_log_judge(&trace->log, directory, VERDICT_INSIDE);
  if (place->is_inside || is_system_path(directory) || roots_hold(&trace->roots, directory)) return;
  enum resolution resolution = resolve(&trace->resolver, directory, &real);
  if (resolution == NAMELESS || is_system_path(&real) || roots_hold(&trace->roots, &real)) return;
  bool is_plain = resolution == RESOLVED && strcmp(directory->text, real.text) == 0;
  bool is_above = roots_are_in(&trace->roots, directory) || roots_are_in(&trace->roots, &real);
  if (!is_above) helper_log_judge(&trace->log, directory, VERDICT_OUTSIDE | (is_plain ? VERDICT_IS_PLAIN : 0));
  else if (is_plain) judge_above(trace, directory);
}

static enum located find_base(const struct call *call, int directory, bool is_absolute, struct base *base) {
  if (is_absolute) {
    base->is_deleted = false;
    path_set(&base->path, "/", 1);
    return LOCATED;
  }
  enum peek peek = task_base(call->tid, directory, base);
  if (peek == PEEK_DENIED) give_up(call, "its working directory could not be read");
  if (peek != PEEKED) return CALL_FAILS;
  return base->path.text[0] == '/' ? LOCATED : HIDDEN;
}

/* Of /proc, only the directories of processes have links that lead out of it. */
static bool may_lead_out(const struct path *path) {
  return !path_is_inside("/proc", 5, path) || (path->length > 6 && isdigit((unsigned char)path->text[6]));
}

static enum resolution resolve_place(struct resolver *resolver, const struct place *place, struct path *real) {
  if (place->follow || place->path.length == 1) return resolve(resolver, &place->path, real);
  struct path directory;
  path_copy(&directory, &place->path);
  path_to_parent(&directory);
  enum resolution resolution = resolve(resolver, &directory, real);
  const char *name = path_name(&place->path);
  return path_append(real, name, strlen(name)) ? resolution : NAMELESS;
}

static enum located settle(const struct call *call, struct place *place, bool as_written) {
  struct trace *trace = call->trace;
  place->is_inside = roots_hold(&trace->roots, &place->path);
  if (place->is_inside) {
    watch_directory(trace, &place->path);
    return LOCATED;
  }
  struct path real;
  if (!may_lead_out(&place->path) || resolve_place(&trace->resolver, place, &real) == NAMELESS) return HIDDEN;
  if (real.length >= PATH_MAX) return CALL_FAILS;
  place->is_inside = roots_hold(&trace->roots, &real);
  bool keeps_spelling = as_written && !place->is_inside && !is_system_path(&place->path);
  if (!keeps_spelling) path_copy(&place->path, &real);
  return place->is_inside || !is_system_path(&real) ? LOCATED : HIDDEN;
}

static void add_if_linked(struct trace *trace, const struct path *path) {
  struct path real;
  if (resolve(&trace->resolver, path, &real) == NAMELESS || roots_hold(&trace->roots, &real)) return;
  trace_add_root(trace, &real);
}

static void watch_directory(struct trace *trace, const struct path *path) {
  struct path directory;
  path_copy(&directory, path);
  path_to_parent(&directory);
  if (roots_hold(&trace->roots, &directory)) add_if_linked(trace, &directory);
}

static void add_crossed(void *context, const struct path *directory) {
  const struct call *call = context;
  struct place place = {.follow = true};
  path_copy(&place.path, directory);
  if (settle(call, &place, false) != LOCATED || !place.is_inside) return;
  look(call, &place);
  add_probe(call, &place);
}

/* What we may not see, the task may not either: that is as good as not being there. */
static bool is_absence(int error) {
  return error == ENOENT || error == ENOTDIR || error == ELOOP || error == ENAMETOOLONG || error == EACCES;
}

static bool stands(const struct call *call, struct place *place, int flags) {
  if (fstatat(AT_FDCWD, place->path.text, &place->status, flags) == 0) return true;
  if (!is_absence(errno)) give_up(call, "a file that it used could not be examined");
  return false;
}

void look(const struct call *call, struct place *place) {
  place->exists = stands(call, place, AT_SYMLINK_NOFOLLOW);
  place->is_link = place->exists && S_ISLNK(place->status.st_mode);
  if (!place->is_link || !place->follow) return;
  place->exists = stands(call, place, 0);
  expect_behind(call, place);
}

void expect_behind(const struct call *call, const struct place *place) {
  if (place->is_inside) add_if_linked(call->trace, &place->path);
  give_up_if_ambiguous(call);
}

const struct stat *stamp_of(const struct place *place) {
  return place->exists ? &place->status : NULL;
}

bool is_directory(const struct place *place) {
  return place->exists && S_ISDIR(place->status.st_mode);
}

static bool leads_in_circles(const struct place *place) {
  struct stat status;
  return stat(place->path.text, &status) != 0 && errno == ELOOP;
}

bool has_parent(const struct call *call, const struct place *place, uint64_t *mount) {
  struct path parent;
  path_copy(&parent, &place->path);
  bool leads_on = place->is_link && place->follow;
  if (leads_on && (leads_in_circles(place) || resolve(&call->trace->resolver, &place->path, &parent) == NAMELESS)) return false;
  path_to_parent(&parent);
  struct statx status;
  if (statx(AT_FDCWD, parent.text, 0, STATX_TYPE | STATX_MNT_ID, &status) != 0) return false;
  if (mount != NULL) *mount = status.stx_mask & STATX_MNT_ID ? status.stx_mnt_id : 0;
  return S_ISDIR(status.stx_mode);
}

bool is_below(const struct call *call, const struct place *place, const struct place *directory) {
  struct path real, real_directory;
  struct resolver *resolver = &call->trace->resolver;
  if (resolve_place(resolver, place, &real) == NAMELESS || resolve_place(resolver, directory, &real_directory) == NAMELESS) return false;
  return path_is_inside(real_directory.text, real_directory.length, &real);
}

void add_probe(const struct call *call, const struct place *place) {
  if (!place->is_inside) return;
  trace_add(call->trace, &(struct event){
                             .kind = EVENT_STAT,
                             .flags = place->follow ? 0 : EVENT_NOFOLLOW,
                             .path = &place->path,
                             .before = stamp_of(place),
                         });
}

void give_up(const struct call *call, const char *why) {
  /* One that was killed meanwhile has nothing to hide. */
  if (call->trace->is_incomplete || !still_waits(call)) return;
  char name[64];
  task_name(call->tid, name);
  trace_is_incomplete(call->trace, name, why);
}
