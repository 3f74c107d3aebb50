#define _GNU_SOURCE
#include "calls.h"

#include "kernel.h"

#include <fcntl.h>

void on_stat(const struct call *call, const struct trapped_call *trapped) {
  struct place place;
  int flags = flags_of(call, trapped);
  /* Without a path it is fstat, of a file whose opening was seen. */
  if (locate_first(call, trapped, flags & AT_SYMLINK_NOFOLLOW, &place) != LOCATED || !place.is_inside) return;
  look(call, &place);
  add_probe(call, &place);
}

/* Also when threads part, each with a directory of its own from then on. */
void on_fchdir(const struct call *call, const struct trapped_call *trapped) {
  bool is_seen = trapped->number != __NR_unshare && call->args[1] == MOVE_IS_SEEN;
  if (!is_seen) helper_log_move(&call->trace->log);
}

void on_chdir(const struct call *call, const struct trapped_call *trapped) {
  on_fchdir(call, trapped);
  on_stat(call, trapped);
}

void on_readlink(const struct call *call, const struct trapped_call *trapped) {
  struct place place;
  int flags = flags_of(call, trapped) | AT_SYMLINK_NOFOLLOW;
  if (locate_first(call, trapped, flags, &place) != LOCATED || !place.is_inside) return;
  look(call, &place);
  if (!place.is_link) {
    add_probe(call, &place);
    return;
  }
  expect_behind(call, &place);
  trace_add(call->trace, &(struct event){.kind = EVENT_READLINK, .path = &place.path, .before = &place.status});
}
