#define _GNU_SOURCE
#include "resolve.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* As many as the kernel follows in one path. */
enum { MOST_LINKS = 40, MOST_REMEMBERED_BYTES = 64 * 1024 * 1024 };

static const char deleted[] = " (deleted)";

static enum resolution ask_kernel(struct resolver *resolver, const struct path *path, struct path *real);
static enum resolution resolve_link(struct resolver *resolver, struct path *real);
static bool append_rest(struct path *real, const struct path *path, size_t end);

/* Links in /proc depend on who looks and when. */
static bool may_remember(const struct path *path) {
  return !path_is_inside("/proc", 5, path);
}

static void remember(struct resolver *resolver, const struct path *path, size_t end, const struct path *real, bool is_missing) {
  if (!may_remember(path)) return;
  if (resolver->known.bytes > MOST_REMEMBERED_BYTES) resolver_forget(resolver);
  text_map_put(&resolver->known, &(struct text_map_entry){
                                     .key = path->text,
                                     .key_length = (uint32_t)end,
                                     .value = real->text,
                                     .value_length = (uint32_t)real->length,
                                     .mark = is_missing,
                                 });
}

void resolver_forget(struct resolver *resolver) {
  text_map_clear(&resolver->known);
}

/* The longest beginning of `path` that is known: its end in the text, and where it leads. */
static size_t recall(const struct resolver *resolver, const struct path *path, struct path *real, enum resolution *resolution) {
  for (size_t end = may_remember(path) ? path->length : 0; end > 1; end--) {
    if (path->text[end] != '/' && path->text[end] != '\0') continue;
    const struct text_map_entry *known = text_map_find(&resolver->known, path->text, end);
    if (known == NULL) continue;
    path_set(real, known->value, known->value_length);
    *resolution = known->mark ? MISSING : RESOLVED;
    return end;
  }
  path_set(real, "/", 1);
  *resolution = RESOLVED;
  return path->length == 1 ? 1 : 0;
}

enum resolution resolve(struct resolver *resolver, const struct path *path, struct path *real) {
  enum resolution resolution;
  size_t end = recall(resolver, path, real, &resolution);
  while (resolution == RESOLVED && end < path->length) {
    const char *name = path->text + end + 1;
    size_t length = (size_t)(strchrnul(name, '/') - name);
    end += 1 + length;
    if (!path_append(real, name, length)) return NAMELESS;
    struct stat status;
    if (lstat(real->text, &status) != 0) resolution = MISSING;
    else if (S_ISLNK(status.st_mode)) resolution = resolve_link(resolver, real);
    if (resolution == NAMELESS) return NAMELESS;
    remember(resolver, path, end, real, resolution == MISSING);
  }
  return append_rest(real, path, end) ? resolution : NAMELESS;
}

static bool append_rest(struct path *real, const struct path *path, size_t end) {
  return end >= path->length || path_append(real, path->text + end + 1, path->length - end - 1);
}

/* It means another place for each process. */
static bool is_self(const struct path *path) {
  return path_is_inside("/proc/self", 10, path) || path_is_inside("/proc/thread-self", 17, path) || path_is_inside("/dev/fd", 7, path);
}

/* The kernel does not say where a dangling link leads, so that is worked out here. */
static enum resolution resolve_dangling(struct resolver *resolver, struct path *real) {
  struct path target;
  struct stat status;
  /* Links that lead in circles lead nowhere. */
  if (stat(real->text, &status) != 0 && errno == ELOOP) return MISSING;
  if (resolver->dangling == MOST_LINKS || read_link_to(real->text, &target) <= 0) return MISSING;
  path_to_parent(real);
  if (target.text[0] == '/') path_set(real, "/", 1);
  if (walk_path(&(struct walk){.resolver = resolver}, real, target.text, target.length) != WALKED) return MISSING;
  if (is_self(real)) resolver->depends_on_caller = true;
  path_copy(&target, real);
  resolver->dangling++;
  enum resolution resolution = resolve(resolver, &target, real);
  resolver->dangling--;
  return resolution;
}

/* `real` is a link, with none before it, and becomes what it leads to. */
static enum resolution resolve_link(struct resolver *resolver, struct path *real) {
  struct path behind;
  enum resolution resolution = ask_kernel(resolver, real, &behind);
  if (resolution == MISSING) return resolve_dangling(resolver, real);
  path_copy(real, &behind);
  return resolution;
}

/* -1 with ELOOP also when a link on the way leads through one of /proc. */
static int open_without_proc(const struct path *path) {
  struct open_how how = {.flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_NO_MAGICLINKS};
  return (int)syscall(__NR_openat2, AT_FDCWD, path->text, &how, sizeof how);
}

static int open_path(struct resolver *resolver, const struct path *path) {
  if (!may_remember(path)) return open(path->text, O_PATH | O_CLOEXEC);
  int fd = open_without_proc(path);
  if (fd >= 0 || errno == ENOENT) return fd;
  bool may_lead_through_proc = errno == ELOOP;
  fd = open(path->text, O_PATH | O_CLOEXEC);
  if (fd >= 0 && may_lead_through_proc) resolver->depends_on_caller = true;
  return fd;
}

static enum resolution ask_kernel(struct resolver *resolver, const struct path *path, struct path *real) {
  int fd = open_path(resolver, path);
  if (fd < 0) return MISSING;
  char link[40];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  bool has_name = read_link_to(link, real) > 0 && real->text[0] == '/' && !cut_deleted(link, real);
  close(fd);
  return has_name ? RESOLVED : NAMELESS;
}

ssize_t read_link_to(const char *link, struct path *path) {
  ssize_t length = readlink(link, path->text, sizeof path->text - 1);
  path_cut(path, length < 0 ? 0 : (size_t)length);
  return length;
}

bool cut_deleted(const char *link, struct path *path) {
  if (!path_ends_with(path, deleted)) return false;
  struct stat status;
  if (stat(link, &status) == 0 && status.st_nlink > 0) return false;
  path_cut(path, path->length - (sizeof deleted - 1));
  return true;
}

static void stand_for_self(struct path *at, pid_t tid) {
  static const struct {
    const char *alias;
    const char *rest;
  } aliases[] = {
      {"/proc/self", ""},        {"/proc/thread-self", ""}, {"/dev/fd", "/fd"},
      {"/dev/stdin", "/fd/0"}, {"/dev/stdout", "/fd/1"},  {"/dev/stderr", "/fd/2"},
  };
  if (tid == 0 || at->length > 17 || (at->text[1] != 'p' && at->text[1] != 'd')) return;
  for (size_t i = 0; i < sizeof aliases / sizeof *aliases; i++) {
    if (strcmp(at->text, aliases[i].alias) != 0) continue;
    at->length = (size_t)snprintf(at->text, sizeof at->text, "/proc/%d%s", tid, aliases[i].rest);
    return;
  }
}

static bool resolve_directory(struct resolver *resolver, const struct path *path, struct path *real);

enum walked walk_path(const struct walk *walk, struct path *at, const char *text, size_t length) {
  bool is_real = true;
  const char *end = text + length;
  for (const char *name = text, *after; name < end; name = after + 1) {
    after = memchr(name, '/', (size_t)(end - name));
    if (after == NULL) after = end;
    size_t size = (size_t)(after - name);
    if (size == 0 || (size == 1 && name[0] == '.')) continue;
    if (size == 2 && name[0] == '.' && name[1] == '.') {
      if (!is_real) {
        if (walk->crossed != NULL) walk->crossed(walk->context, at);
        struct path real;
        if (!resolve_directory(walk->resolver, at, &real)) return WALKED_INTO_NOTHING;
        path_copy(at, &real);
      }
      path_to_parent(at);
      is_real = true;
    } else {
      if (!path_append(at, name, size)) return WALKED_TOO_FAR;
      stand_for_self(at, walk->tid);
      is_real = false;
    }
  }
  return WALKED;
}

static bool is_directory_at(const struct path *path) {
  struct stat status;
  return stat(path->text, &status) == 0 && S_ISDIR(status.st_mode);
}

/* False when `path` is no directory that `..` could leave. What was missing may have been made since. */
static bool resolve_directory(struct resolver *resolver, const struct path *path, struct path *real) {
  enum resolution resolution;
  if (recall(resolver, path, real, &resolution) == path->length && resolution == RESOLVED && is_directory_at(real)) return true;
  if (!is_directory_at(path)) return false;
  resolution = ask_kernel(resolver, path, real);
  if (resolution == RESOLVED) remember(resolver, path, path->length, real, false);
  /* Even a deleted directory still has its parent. */
  return resolution == RESOLVED || (resolution == NAMELESS && real->text[0] == '/');
}
