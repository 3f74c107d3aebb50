#pragma once

#include "path.h"
#include "text-map.h"

#include <sys/types.h>

/*
 * Answers what paths really are, and remembers it until it is told to forget. An answer stays right while files come and
 * go; only a link or a directory that is made, moved or removed can change it.
 */
struct resolver {
  struct text_map known;
  /* How many dangling links the answer that is being worked out has passed. */
  int dangling;
  /* A link led through one of /proc, which means another place for each process: answers may be wrong. */
  bool depends_on_caller;
};

enum resolution {
  RESOLVED,
  /* Nothing is there; the answer is where it would be. */
  MISSING,
  /* It has no path: a pipe, a memfd, a deleted file. */
  NAMELESS,
};

/* What `path` is once every link in it is followed, the last part included. */
enum resolution resolve(struct resolver *resolver, const struct path *path, struct path *real);

void resolver_forget(struct resolver *resolver);

/* How a path's text becomes a clean path. */
struct walk {
  struct resolver *resolver;
  /* Whose /proc/self and /dev/fd are meant. */
  pid_t tid;
  /* Told of each directory that a `..` leaves, unless it is known to be no link. May be NULL. */
  void (*crossed)(void *context, const struct path *directory);
  void *context;
};

enum walked {
  WALKED,
  /* A `..` leaves something that is not a directory: the call fails. */
  WALKED_INTO_NOTHING,
  WALKED_TOO_FAR,
};

/*
 * Appends `text` to `at`, which must be free of links, as the kernel would walk it: a `..` leaves the directory that the
 * path really leads to. Links elsewhere stay in the path.
 */
enum walked walk_path(const struct walk *walk, struct path *at, const char *text, size_t length);

/* Reads the link at `link` (relative to /proc) to a path; its length as readlink gives it. */
ssize_t read_link_to(const char *link, struct path *path);

/* Whether a link of /proc leads to a file that has lost its name; cuts ` (deleted)` off the path if so. */
bool cut_deleted(const char *link, struct path *path);
