#include "log.h"

#include <linux/mman.h>

#ifndef MAP_FIXED_NOREPLACE
#define MAP_FIXED_NOREPLACE 0x100000
#endif

enum state { UNTRIED, TRYING, ATTACHED, WITHOUT };

static enum state state;
static struct shared_log shared;
static struct log_chunk *chunk;
static bool is_asking;

static bool map(int fd, size_t size, unsigned long at, void **place, int protection, int flags) {
  long memory = plain_call(__NR_mmap, (long)*place, (long)size, protection, flags, fd, (long)at);
  if (has_failed(memory)) return false;
  /* Old kernels take the address as a wish. */
  if (*place != NULL && memory != (long)*place) {
    plain_call(__NR_munmap, memory, (long)size, 0, 0, 0, 0);
    return false;
  }
  *place = (void *)memory;
  return true;
}

/* The helper answers with a descriptor whose position is that of a chunk for us. */
static int ask(unsigned long *at) {
  long fd = plain_call(__NR_openat, AT_FDCWD, (long)SHARED_LOG_NAME, O_RDWR | O_CLOEXEC, 0, 0, 0);
  if (has_failed(fd)) return -1;
  long position = plain_call(__NR_lseek, fd, 0, 1, 0, 0, 0);
  *at = (unsigned long)position;
  if (position >= CHUNKS_AT) return (int)fd;
  plain_call(__NR_close, fd, 0, 0, 0, 0, 0);
  return -1;
}

static bool map_chunk(int fd, unsigned long at) {
  void *place = NULL;
  if (!map(fd, CHUNK_SIZE, at, &place, PROT_READ | PROT_WRITE, MAP_SHARED)) return false;
  __atomic_store_n(&chunk, place, __ATOMIC_RELEASE);
  return true;
}

static bool attach(void) {
  unsigned long at;
  int fd = ask(&at);
  if (fd < 0) return false;
  void *gate = (void *)GATE_ADDRESS, *head = NULL;
  bool works = map_chunk(fd, at) && map(fd, CHUNKS_AT - HEAD_AT, HEAD_AT, &head, PROT_READ, MAP_SHARED) &&
               map(fd, GATE_SIZE, 0, &gate, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_FIXED_NOREPLACE);
  plain_call(__NR_close, fd, 0, 0, 0, 0, 0);
  shared = (struct shared_log){head, (const void *)((const char *)head + (VERDICTS_AT - HEAD_AT))};
  return works;
}

static bool attach_now(void) {
  enum state untried = UNTRIED;
  if (!__atomic_compare_exchange_n(&state, &untried, TRYING, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) return false;
  bool works = attach();
  enum state trying = TRYING;
  /* A signal handler may have detached meanwhile. */
  __atomic_compare_exchange_n(&state, &trying, works ? ATTACHED : WITHOUT, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
  return works;
}

const struct shared_log *log_attached(void) {
  enum state now = __atomic_load_n(&state, __ATOMIC_ACQUIRE);
  if (now == WITHOUT || (now != ATTACHED && !attach_now())) return NULL;
  if (!__atomic_load_n(&shared.head->is_closed, __ATOMIC_RELAXED)) return &shared;
  log_detach();
  return NULL;
}

void log_detach(void) {
  __atomic_store_n(&state, WITHOUT, __ATOMIC_RELEASE);
}

/* Of all threads one asks; the others go the trapped way meanwhile. */
static void ask_for_chunk(void) {
  if (__atomic_exchange_n(&is_asking, true, __ATOMIC_ACQUIRE)) return;
  unsigned long at;
  int fd = ask(&at);
  bool works = fd >= 0 && map_chunk(fd, at);
  if (fd >= 0) plain_call(__NR_close, fd, 0, 0, 0, 0, 0);
  if (!works) log_detach();
  __atomic_store_n(&is_asking, false, __ATOMIC_RELEASE);
}

static struct log_entry *reserve(size_t size) {
  struct log_chunk *here = __atomic_load_n(&chunk, __ATOMIC_ACQUIRE);
  if (__atomic_load_n(&here->used, __ATOMIC_RELAXED) + size > CHUNK_SIZE) return NULL;
  size_t at = __atomic_fetch_add(&here->used, (uint32_t)size, __ATOMIC_RELAXED);
  return at + size > CHUNK_SIZE ? NULL : (struct log_entry *)(void *)((char *)here + at);
}

static void put_stamp(struct stamp *stamp, const struct stat *status) {
  *stamp = (struct stamp){
      .dev = status->st_dev,
      .ino = status->st_ino,
      .size = (uint64_t)status->st_size,
      .mtime = (int64_t)status->st_mtime,
      .mtime_ns = (uint32_t)status->st_mtime_nsec,
      .mode = status->st_mode,
      .ctime = (int64_t)status->st_ctime,
      .ctime_ns = (uint32_t)status->st_ctime_nsec,
  };
}

struct record *log_note(const struct finding *finding) {
  size_t stamp_size = finding->stamp == NULL ? 0 : sizeof(struct stamp);
  size_t size = sizeof(struct record) + stamp_size + finding->path_length + finding->program_length + finding->names_length;
  size = (size + RECORD_ALIGNMENT - 1) / RECORD_ALIGNMENT * RECORD_ALIGNMENT;
  uint32_t entry_size = (uint32_t)(sizeof(struct log_entry) + size);
  struct log_entry *entry = reserve(entry_size);
  if (entry == NULL) {
    ask_for_chunk();
    entry = reserve(entry_size);
    if (entry == NULL) return NULL;
  }
  /* So that a reader gets over what is never completed. */
  __atomic_store_n(&entry->size, entry_size, __ATOMIC_RELEASE);
  entry->changes = finding->changes;
  struct record *record = (struct record *)(entry + 1);
  *record = (struct record){
      .size = (uint32_t)size,
      .kind = (uint8_t)finding->kind,
      .flags = (uint8_t)(finding->flags | (stamp_size > 0 ? EVENT_HAS_BEFORE : 0u)),
      .path_length = (uint16_t)finding->path_length,
      .to_length = (uint16_t)finding->program_length,
      .names_length = (uint32_t)finding->names_length,
  };
  char *at = (char *)(record + 1);
  if (stamp_size > 0) put_stamp((struct stamp *)(void *)at, finding->stamp);
  __builtin_memcpy(at + stamp_size, finding->path, finding->path_length);
  if (finding->names_length > 0) __builtin_memcpy(at + stamp_size + finding->path_length, finding->names, finding->names_length);
  if (finding->program_length > 0) __builtin_memcpy(at + stamp_size + finding->path_length, finding->program, finding->program_length);
  __atomic_store_n(&entry->size, entry_size | ENTRY_COMPLETE, __ATOMIC_RELEASE);
  return record;
}

void log_take_back(struct record *record) {
  __atomic_store_n(&record->kind, EVENT_VOID, __ATOMIC_RELEASE);
}
