#include "where.h"

/* Counts when the directory begins to change and when it has changed: odd while it changes. Nothing is kept of 0. */
static uint32_t now = 2;

/* A child of `vfork` works in our memory, but in a directory of its own. */
static int owner;

static struct {
  /* Of these moves, in this epoch; only true once the other number is the same. */
  uint32_t moves, moves_again, epoch;
  size_t length;
  char text[MOST_SPOT];
} kept;

enum { NEVER = 1 };

static bool is_off;

static int own_pid(void) {
  return (int)plain_call(__NR_getpid, 0, 0, 0, 0, 0, 0);
}

/* Before the program can have made such a child. */
__attribute__((constructor)) static void remember_owner(void) {
  owner = own_pid();
}

static bool ask(struct spot *spot) {
  /* Counts the NUL. What cannot be reached from the root does not begin with a slash. */
  long size = plain_call(__NR_getcwd, (long)spot->text, MOST_SPOT, 0, 0, 0, 0);
  if (has_failed(size) || spot->text[0] != '/') return false;
  spot->length = size == 2 ? 0 : (size_t)size - 1;
  return true;
}

static bool recall(struct spot *spot, uint32_t moves, uint32_t epoch) {
  if (__atomic_load_n(&kept.moves, __ATOMIC_ACQUIRE) != moves || kept.epoch != epoch) return false;
  size_t length = kept.length;
  if (length > MOST_SPOT) return false;
  __builtin_memcpy(spot->text, kept.text, length);
  spot->length = length;
  __atomic_thread_fence(__ATOMIC_ACQUIRE);
  return __atomic_load_n(&kept.moves_again, __ATOMIC_RELAXED) == moves && kept.epoch == epoch;
}

/* Only one at a time; others do without. */
static void keep(const struct spot *spot, uint32_t moves, uint32_t epoch) {
  static bool is_keeping;
  if (own_pid() != owner || __atomic_exchange_n(&is_keeping, true, __ATOMIC_ACQUIRE)) return;
  __atomic_store_n(&kept.moves, NEVER, __ATOMIC_RELAXED);
  __atomic_store_n(&kept.moves_again, NEVER, __ATOMIC_RELAXED);
  __atomic_thread_fence(__ATOMIC_SEQ_CST);
  kept.epoch = epoch;
  kept.length = spot->length;
  __builtin_memcpy(kept.text, spot->text, spot->length);
  __atomic_store_n(&kept.moves_again, moves, __ATOMIC_RELEASE);
  __atomic_store_n(&kept.moves, moves, __ATOMIC_RELEASE);
  __atomic_store_n(&is_keeping, false, __ATOMIC_RELEASE);
}

bool where_am_i(const struct shared_log *log, struct spot *spot, uint32_t *moves) {
  *moves = __atomic_load_n(&now, __ATOMIC_SEQ_CST);
  uint32_t epoch = __atomic_load_n(&log->head->epoch, __ATOMIC_SEQ_CST);
  bool may_recall = !(*moves & 1) && !__atomic_load_n(&is_off, __ATOMIC_SEQ_CST) && !__atomic_load_n(&log->head->moves_unseen, __ATOMIC_SEQ_CST);
  if (may_recall && recall(spot, *moves, epoch)) return true;
  /* In this order: what is settled now, and in the same epoch after asking, has been settled meanwhile. */
  bool may_keep = may_recall && !__atomic_load_n(&log->head->is_unsettled, __ATOMIC_SEQ_CST);
  if (!ask(spot)) return false;
  if (may_keep && where_i_was(*moves) && __atomic_load_n(&log->head->epoch, __ATOMIC_SEQ_CST) == epoch) keep(spot, *moves, epoch);
  return true;
}

bool where_i_was(uint32_t moves) {
  return __atomic_load_n(&now, __ATOMIC_SEQ_CST) == moves;
}

long where_to(long number, long argument) {
  if (own_pid() != owner) __atomic_store_n(&is_off, true, __ATOMIC_SEQ_CST);
  __atomic_add_fetch(&now, 1, __ATOMIC_SEQ_CST);
  long result = plain_call(number, argument, MOVE_IS_SEEN, 0, 0, 0, 0);
  __atomic_add_fetch(&now, 1, __ATOMIC_SEQ_CST);
  return result;
}
