#define _GNU_SOURCE
#include "calls.h"

#include <fcntl.h>

void on_stat(const struct call *call, const struct trapped_call *trapped) {
  struct place place;
  int flags = flags_of(call, trapped);
  /* Without a path it is fstat, of a file whose opening was seen. */
  if (locate_first(call, trapped, flags & AT_SYMLINK_NOFOLLOW, &place) != LOCATED || !place.is_inside) return;
  look(call, &place);
  add_probe(call, &place);
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
