#pragma once

#include <stddef.h>

/* A message with a descriptor over a socket of the system. */

struct handover {
  void *bytes;
  size_t size;
  /* -1 for none. Who receives one owns it; it does not survive an exec. */
  int fd;
};

/* False when the other side is gone or, with `flags` of send(2), has no room. */
_Bool handover_send(int socket, const struct handover *handover, int flags);

/* Waits for a message of just this size. False when none comes, or another one. */
_Bool handover_receive(int socket, struct handover *handover);
