#define _GNU_SOURCE
#include "helper-log.h"

#include "gate.h"
#include "shim-file.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LOG_HEAD_SIZE = CHUNKS_AT - HEAD_AT };

static const off_t most_bytes = 512ll * 1024 * 1024;

/* A file without a name that holds `bytes`. */
static int memory_with(const char *name, const void *bytes, size_t length) {
  int fd = memfd_create(name, MFD_CLOEXEC);
  if (fd < 0 || write(fd, bytes, length) == (ssize_t)length) return fd;
  close(fd);
  return -1;
}

/* Whether this system lets the file be mapped to be executed. */
static bool may_execute(int fd) {
  void *code = mmap(NULL, GATE_SIZE, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0);
  if (code == MAP_FAILED) return false;
  munmap(code, GATE_SIZE);
  return true;
}

static bool open_memory(struct helper_log *log) {
  log->memory = memory_with("trace-log", gate_code, (size_t)(gate_code_end - gate_code));
  if (log->memory < 0 || !may_execute(log->memory)) return false;
  if (ftruncate(log->memory, CHUNKS_AT + (off_t)MOST_CHUNKS * CHUNK_SIZE) != 0) return false;
  void *head = mmap(NULL, LOG_HEAD_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, log->memory, HEAD_AT);
  if (head == MAP_FAILED) return false;
  log->head = head;
  log->verdicts = (struct log_verdict *)(void *)((char *)head + (VERDICTS_AT - HEAD_AT));
  return true;
}

void helper_log_open(struct helper_log *log) {
  if (&shim_file_end[0] == &shim_file[0]) return;
  log->shim = memory_with("trace.so", shim_file, (size_t)(shim_file_end - shim_file));
  if (log->shim < 0 || !may_execute(log->shim) || !open_memory(log)) helper_log_close(log);
}

void helper_log_retire(struct helper_log *log) {
  if (log->head != NULL) {
    __atomic_store_n(&log->head->is_closed, 1, __ATOMIC_RELEASE);
    munmap(log->head, LOG_HEAD_SIZE);
  }
  if (log->memory >= 0) close(log->memory);
  free(log->changes);
  *log = (struct helper_log){.shim = log->shim, .memory = -1};
}

void helper_log_close(struct helper_log *log) {
  helper_log_retire(log);
  if (log->shim >= 0) close(log->shim);
  log->shim = -1;
}

bool helper_log_is_open(const struct helper_log *log) {
  return log->head != NULL;
}

/* With a position of its own: who gets it may read from the beginning. */
static int open_again(int fd, int flags) {
  char link[40];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  return open(link, flags | O_CLOEXEC);
}

static bool has_room(const struct helper_log *log) {
  struct stat status;
  return log->chunks < MOST_CHUNKS && fstat(log->memory, &status) == 0 && status.st_blocks * 512 < most_bytes;
}

/* Where the chunk is, its new owner learns from the position of the descriptor. */
static int open_chunk(struct helper_log *log, pid_t tid) {
  if (!has_room(log)) return -1;
  const struct log_chunk chunk = {.used = sizeof chunk, .pid = (uint32_t)tid};
  off_t at = CHUNKS_AT + (off_t)log->chunks * CHUNK_SIZE;
  if (pwrite(log->memory, &chunk, sizeof chunk, at) != sizeof chunk) return -1;
  int fd = open_again(log->memory, O_RDWR);
  if (fd >= 0 && lseek(fd, at, SEEK_SET) == at) {
    log->chunks++;
    return fd;
  }
  if (fd >= 0) close(fd);
  return -1;
}

int helper_log_answer(struct helper_log *log, const char *name, pid_t tid) {
  if (log->shim >= 0 && strcmp(name, SHIM_NAME) == 0) return open_again(log->shim, O_RDONLY);
  return log->memory >= 0 && strcmp(name, SHARED_LOG_NAME) == 0 ? open_chunk(log, tid) : -1;
}

bool helper_log_change(struct helper_log *log, const struct events *events) {
  if (!helper_log_is_open(log)) return true;
  uint64_t count = log->head->changes;
  if (count == log->changes_room) {
    size_t room = 2 * log->changes_room + 1024;
    uint32_t *changes = realloc(log->changes, room * sizeof *changes);
    if (changes == NULL) return false;
    log->changes = changes;
    log->changes_room = room;
  }
  log->changes[count] = (uint32_t)(events->used / RECORD_ALIGNMENT);
  __atomic_store_n(&log->head->changes, count + 1, __ATOMIC_SEQ_CST);
  return true;
}

void helper_log_forget(struct helper_log *log) {
  if (helper_log_is_open(log)) __atomic_add_fetch(&log->head->epoch, 1, __ATOMIC_SEQ_CST);
}

void helper_log_unsettle(struct helper_log *log, bool is_unsettled) {
  if (helper_log_is_open(log)) __atomic_store_n(&log->head->is_unsettled, is_unsettled, __ATOMIC_SEQ_CST);
}

bool helper_log_is_unsettled(const struct helper_log *log) {
  return helper_log_is_open(log) && log->head->is_unsettled;
}

void helper_log_move(struct helper_log *log) {
  if (helper_log_is_open(log)) __atomic_store_n(&log->head->moves_unseen, 1, __ATOMIC_SEQ_CST);
}

static struct verdict_hashes hashes_of(const struct helper_log *log, const struct path *directory) {
  return verdict_hashes(directory->text, directory->length, log->head->epoch);
}

enum verdict helper_log_verdict(const struct helper_log *log, const struct path *directory) {
  const struct verdict_hashes hashes = hashes_of(log, directory);
  return verdict_find(log->verdicts, &hashes);
}

/* A single one must not vanish: those of other epochs may, as nobody looks for them any more. */
static void start_anew(struct helper_log *log) {
  helper_log_forget(log);
  for (size_t i = 0; i < VERDICTS; i++) __atomic_store_n(&log->verdicts[i].hash, 0, __ATOMIC_SEQ_CST);
}

void helper_log_judge(struct helper_log *log, const struct path *directory, enum verdict verdict) {
  const struct verdict_hashes hashes = hashes_of(log, directory);
  struct log_verdict *place = (struct log_verdict *)(uintptr_t)verdict_place(log->verdicts, &hashes);
  if (place == NULL) {
    start_anew(log);
    return;
  }
  __atomic_store_n(&place->check, hashes.check | verdict, __ATOMIC_RELAXED);
  __atomic_store_n(&place->hash, hashes.hash, __ATOMIC_RELEASE);
}
