#pragma once

#include "hash.h"
#include "record.h"

/*
 * The memory that the helper shares with the shim in the task's processes. At the beginning is the page with the system
 * call that the filter lets through; it is mapped where the filter expects it. Then the head, the verdicts, and the chunks,
 * one or more for each process.
 */

/*
 * Both are names that the helper answers with a descriptor of what only it has, whatever a process may see of the file
 * system. ld.so opens the first one. A name with `linux-` in front is what AddressSanitizer takes for a part of the system;
 * it refuses to work behind any other library. With the `/` it is a path, and not sought where libraries are.
 */
#define SHIM_NAME "linux-reprise/trace.so"
#define SHARED_LOG_NAME "linux-reprise/trace-log"

/* Below what AddressSanitizer and ThreadSanitizer use, above what programs at fixed addresses do. */
#define GATE_ADDRESS 0x70020000ul

/* The places are multiples of the largest page that a machine may have. */
enum {
  LARGEST_PAGE = 64 * 1024,
  GATE_SIZE = 4096,
  HEAD_AT = LARGEST_PAGE,
  VERDICTS_AT = 2 * LARGEST_PAGE,
  /* In tables of 256, 4096 and 65536, so that a small task touches few pages; what has no room in one is in the next. */
  VERDICT_TABLES = 3,
  FIRST_VERDICTS = 256,
  VERDICT_GROWTH = 16,
  VERDICTS = FIRST_VERDICTS * (1 + VERDICT_GROWTH + VERDICT_GROWTH * VERDICT_GROWTH),
  VERDICT_PROBES = 8,
  CHUNKS_AT = 2 * 1024 * 1024,
  CHUNK_SIZE = 64 * 1024,
  /* Fewer than a process may have mappings. */
  MOST_CHUNKS = 32 * 1024,
};

struct log_head {
  /* How many calls that change something have begun. */
  uint64_t changes;
  /* How often verdicts lost their meaning. */
  uint32_t epoch;
  /* Nobody reads any more. */
  uint32_t is_closed;
  /* A call that ended an epoch may not have been made yet: nothing that is found now may be kept. */
  uint32_t is_unsettled;
  /* Somebody changed a working directory without the shim. */
  uint32_t moves_unseen;
};

/* The second argument of `chdir` and `fchdir`, which have only one, when the shim makes them. */
enum { MOVE_IS_SEEN = 0x5e7e };

enum verdict {
  VERDICT_NONE,
  /* What is named in the directory is reported by that name. */
  VERDICT_INSIDE,
  /* Nothing in the directory is reported, unless it is a link. */
  VERDICT_OUTSIDE,
  /* The same, but for the names that have a verdict of their own. */
  VERDICT_ABOVE,
  VERDICT_KINDS = 3,
  /* No link leads to the directory, so that a `..` in it is the name in front of it. */
  VERDICT_IS_PLAIN = 4,
};

/* What is true of a directory in one epoch, by the hash of its path. */
struct log_verdict {
  uint64_t hash;
  /* A second hash, and the verdict in the lowest bits. */
  uint64_t check;
};

_Static_assert(VERDICTS_AT + VERDICTS * sizeof(struct log_verdict) <= CHUNKS_AT, "the verdicts have room");

struct log_chunk {
  /* With this head; may be more than fits. */
  uint32_t used;
  /* Who asked for it; its forks use it as well. */
  uint32_t pid;
  /* For whom the records are; 0 is the one runner that there always is. */
  uint32_t channel;
  uint32_t zero;
};

/* Before each record of a chunk. */
struct log_entry {
  /* Of the entry with its record, and whether that is complete. A process may be killed at any time. */
  uint32_t size;
  uint32_t zero;
  /* As it was right before and right after the call. */
  uint64_t changes;
};

#define ENTRY_COMPLETE 0x80000000u

static const uint64_t verdict_bits = 7;

struct verdict_hashes {
  uint64_t hash, check;
};

static inline struct verdict_hashes verdict_hashes(const char *directory, size_t length, uint32_t epoch) {
  return (struct verdict_hashes){
      hash_bytes(directory, length, epoch + 0x9e3779b97f4a7c15u) | 1,
      hash_bytes(directory, length, epoch + 0xd6e8feb86659fd93u) & ~verdict_bits,
  };
}

/* The place where the verdict is, or else the one where it belongs; NULL when there is no room for it. */
static inline const struct log_verdict *verdict_place(const struct log_verdict *verdicts, const struct verdict_hashes *of) {
  const struct log_verdict *table = verdicts;
  for (size_t size = FIRST_VERDICTS, tables = 0; tables < VERDICT_TABLES; tables++, table += size, size *= VERDICT_GROWTH) {
    for (uint64_t at = of->hash >> 1, probe = 0; probe < VERDICT_PROBES; probe++) {
      const struct log_verdict *place = &table[(at + probe) % size];
      uint64_t hash = __atomic_load_n(&place->hash, __ATOMIC_ACQUIRE);
      if (hash == 0 || (hash == of->hash && (__atomic_load_n(&place->check, __ATOMIC_RELAXED) & ~verdict_bits) == of->check)) return place;
    }
  }
  return NULL;
}

static inline enum verdict verdict_find(const struct log_verdict *verdicts, const struct verdict_hashes *of) {
  const struct log_verdict *place = verdict_place(verdicts, of);
  if (place == NULL || __atomic_load_n(&place->hash, __ATOMIC_ACQUIRE) != of->hash) return VERDICT_NONE;
  uint64_t check = __atomic_load_n(&place->check, __ATOMIC_RELAXED);
  return (check & ~verdict_bits) == of->check ? (enum verdict)(check & verdict_bits) : VERDICT_NONE;
}
