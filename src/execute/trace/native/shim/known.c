#include "known.h"

#include "system.h"

#include <linux/mman.h>

/* Small programs need few; each further table is larger, and only added to when the one before is crowded. */
enum { FIRST_SLOTS = 512, GROWTH = 16, TABLES = 4, PROBES = 8 };

static uint64_t first[FIRST_SLOTS];
static uint64_t *tables[TABLES] = {first};

static const uint64_t known_bits = 3;

static size_t slots_of(int table) {
  size_t slots = FIRST_SLOTS;
  while (table-- > 0) slots *= GROWTH;
  return slots;
}

static uint64_t *slot_in(int table, uint64_t key, bool or_free) {
  uint64_t *slots = __atomic_load_n(&tables[table], __ATOMIC_ACQUIRE);
  size_t mask = slots_of(table) - 1;
  if (slots == NULL) return NULL;
  for (size_t probe = 0; probe < PROBES; probe++) {
    uint64_t *slot = &slots[((key >> 2) + probe) & mask];
    uint64_t entry = __atomic_load_n(slot, __ATOMIC_RELAXED);
    if (entry == 0) return or_free ? slot : NULL;
    if ((entry & ~known_bits) == (key & ~known_bits)) return slot;
  }
  return NULL;
}

static uint64_t *slot_of(uint64_t key) {
  for (int table = 0; table < TABLES; table++) {
    uint64_t *slot = slot_in(table, key, false);
    if (slot != NULL) return slot;
  }
  return NULL;
}

enum known known_find(uint64_t key) {
  const uint64_t *slot = slot_of(key);
  return slot == NULL ? KNOWN_NOTHING : (enum known)(__atomic_load_n(slot, __ATOMIC_RELAXED) & known_bits);
}

static bool add_table(int table) {
  size_t size = slots_of(table) * sizeof(uint64_t);
  long memory = plain_call(__NR_mmap, 0, (long)size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (has_failed(memory)) return false;
  uint64_t *none = NULL;
  if (!__atomic_compare_exchange_n(&tables[table], &none, (uint64_t *)memory, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) {
    plain_call(__NR_munmap, memory, (long)size, 0, 0, 0, 0);
  }
  return true;
}

void known_set(uint64_t key, enum known known) {
  uint64_t entry = (key & ~known_bits) | known;
  uint64_t *slot = slot_of(key);
  for (int table = 0; table < TABLES && slot == NULL; table++) {
    if (tables[table] == NULL && !add_table(table)) return;
    slot = slot_in(table, key, true);
  }
  /* All is crowded: others are told again. */
  if (slot == NULL) slot = &tables[TABLES - 1][(key >> 2) & (slots_of(TABLES - 1) - 1)];
  __atomic_store_n(slot, entry, __ATOMIC_RELEASE);
}
