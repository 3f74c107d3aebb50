#pragma once

#include <stdint.h>

/*
 * What a helper says to the one that traces it, because a tree of processes can have one listener only. The call that
 * asks for the conversation is never one that the kernel would grant, with or without a tracer: it has no size.
 */

#define SUBSCRIBE_CALL __NR_openat2
#define SUBSCRIBE_DIRECTORY 0x72707265u /* "erpr" */
/* Of this conversation. Another version is not understood, and gets no answer. */
#define SUBSCRIBE_VERSION 1u

enum { MOST_SUBSCRIBE_BYTES = 64 * 1024 };

/* To the outer helper: a word and, behind the first one, the roots, each with a NUL. */
enum subscribing { SUBSCRIBE_ROOTS = 1, SUBSCRIBE_REPORT = 2 };

/* Back: to the roots with an errno (0: what descends from the asker is traced from now on); to the other with a file of frames. */
struct subscribe_answer {
  uint64_t error;
  uint64_t notifications;
};
