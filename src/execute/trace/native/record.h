#pragma once

#include <stdint.h>

/* The layout of README.md, for the helper and for the shim. */

enum event_kind {
  EVENT_VOID,
  EVENT_READ,
  EVENT_STAT,
  EVENT_READLINK,
  EVENT_LIST,
  EVENT_WRITE,
  EVENT_MKDIR,
  EVENT_REMOVE,
  EVENT_CHMOD,
  EVENT_RENAME,
  EVENT_LINK,
  EVENT_SYMLINK,
  EVENT_EXECUTED,
};

enum event_flag {
  EVENT_NOFOLLOW = 1,
  EVENT_KEEPS = 2,
  EVENT_EXCHANGE = 4,
  EVENT_HAS_BEFORE = 8,
  EVENT_HAS_TO_BEFORE = 16,
};

struct record {
  uint32_t size;
  uint8_t kind;
  uint8_t flags;
  uint16_t path_length;
  uint16_t to_length;
  uint16_t zero;
  uint32_t names_length;
};

struct stamp {
  uint64_t dev, ino, size;
  int64_t mtime;
  uint32_t mtime_ns, mode;
  int64_t ctime;
  uint32_t ctime_ns, zero;
};

_Static_assert(sizeof(struct record) == 16 && sizeof(struct stamp) == 56, "the layout of README.md");

enum { RECORD_ALIGNMENT = 8 };
