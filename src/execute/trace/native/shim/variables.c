#include "variables.h"

#include "known.h"
#include "log.h"

/* What the libc goes by. */
extern char **__environ __attribute__((weak));

/*
 * A series: variables of `environ` that are read in their order, from the start. Its reads are noted at once, since a process may
 * be killed at any time, and taken back when there are so many that it must be a copy.
 */
enum { LEAST_OF_COPY = 5 };

/* How many in a row may be left out: `const { A, ...others } = process.env`. Of what is a copy for certain, more. */
enum { GAP = 1, GAP_IN_COPY = 3 };

struct read {
  struct record *noted;
  uint64_t key;
  size_t times;
};

/* What a fork has from its parent is the parent's word. */
static long own_pid(void) {
  return plain_call(__NR_getpid, 0, 0, 0, 0, 0, 0);
}

static struct {
  /* Behind the last one; 0: there is no series. */
  size_t end;
  size_t reads;
  /* How often the last one was read. */
  size_t times;
  /* How often a copy reads each; 0: it is none. */
  size_t times_of_copy;
  /* The first ones. */
  struct read firsts[LEAST_OF_COPY];
  /* Who read the first of them. */
  long pid;
} series;

/* What was noted last, if that was HOME. */
static struct read home;
static long pid_of_home;

static bool is_busy;

enum { MOST_NAME = 1024, MOST_PROGRAM = 4096, LONGEST_WAIT = 1000 };

static char program[MOST_PROGRAM];
static size_t program_length;

struct place {
  char *value;
  /* In `environ`. */
  size_t position;
};

static bool has_name(const char *variable, const char *name, size_t length) {
  for (size_t i = 0; i < length; i++) {
    if (variable[i] != name[i]) return false;
  }
  return variable[length] == '=';
}

static struct place find(const char *name, size_t length) {
  char **variables = &__environ == NULL ? NULL : __atomic_load_n(&__environ, __ATOMIC_ACQUIRE);
  if (variables == NULL || length == 0) return (struct place){.value = NULL};
  for (size_t i = 0;; i++) {
    char *variable = __atomic_load_n(&variables[i], __ATOMIC_ACQUIRE);
    if (variable == NULL) return (struct place){.value = NULL};
    if (has_name(variable, name, length)) return (struct place){variable + length + 1, i};
  }
}

static void find_program(void) {
  static const char self[] = "/proc/self/exe";
  long length = free_call(__NR_readlinkat, AT_FDCWD, (long)self, (long)program, MOST_PROGRAM, 0);
  program_length = length > 0 && length < MOST_PROGRAM ? (size_t)length : 0;
}

static struct read note(const char *name, size_t length, bool is_set) {
  uint64_t key = hash_bytes(name, length, EVENT_VARIABLE);
  if (known_find(key) != KNOWN_NOTHING) return (struct read){NULL, key, 1};
  struct finding finding = {
      .kind = EVENT_VARIABLE,
      .flags = is_set ? EVENT_SET : 0,
      .path = name,
      .path_length = length,
      .program = program,
      .program_length = program_length,
  };
  struct record *noted = log_note(&finding);
  if (noted != NULL) known_set(key, is_set ? KNOWN_PRESENT : KNOWN_ABSENT);
  return (struct read){noted, key, 1};
}

static void take_back(struct read *read) {
  if (read->noted != NULL) {
    log_take_back(read->noted);
    known_set(read->key, KNOWN_NOTHING);
  }
  read->noted = NULL;
}

static void end_series(void) {
  series.end = series.reads = series.times_of_copy = 0;
}

static bool goes_on(const struct place *place) {
  size_t most = series.times_of_copy > 0 ? GAP_IN_COPY : GAP;
  return place->position >= series.end && place->position - series.end <= most;
}

/* What more than half of the first `count` have in common; 0: nothing. */
static size_t common_times(size_t count) {
  for (size_t i = 0; i < count; i++) {
    size_t alike = 0;
    for (size_t other = 0; other < count; other++) alike += series.firsts[i].times == series.firsts[other].times;
    if (2 * alike > count) return series.firsts[i].times;
  }
  return 0;
}

/* A copy treats all alike. One that was read more or less often was read for itself as well, right before. */
static void become_copy(size_t count) {
  series.times_of_copy = common_times(count);
  if (series.pid != own_pid()) return;
  for (size_t i = 0; i < count; i++) {
    if (series.firsts[i].times == series.times_of_copy) take_back(&series.firsts[i]);
  }
}

static void go_on(const struct place *place) {
  series.end = place->position + 1;
  series.times = 1;
  size_t before = series.reads++;
  if (before == 0) series.pid = own_pid();
  if (series.reads == LEAST_OF_COPY) become_copy(before);
}

/* True for a read that is of a copy. */
static bool belongs_to_copy(const struct place *place) {
  if (series.end == 0 || place->position != series.end - 1) {
    if (!goes_on(place)) end_series();
    if (goes_on(place)) go_on(place);
    return series.times_of_copy > 0;
  }
  series.times++;
  if (series.reads <= LEAST_OF_COPY) series.firsts[series.reads - 1].times = series.times;
  return series.times <= series.times_of_copy;
}

static bool is_text(const char *name, size_t length, const char *text, size_t text_length) {
  if (length != text_length) return false;
  for (size_t i = 0; i < length; i++) {
    if (name[i] != text[i]) return false;
  }
  return true;
}

/* At its start Node looks for modules in the home directory, and right after that where NODE_PATH says. Nothing comes of it. */
static void forget_node_start(const char *name, size_t length, struct read read) {
  if (home.noted != NULL && is_text(name, length, "NODE_PATH", 9) && pid_of_home == own_pid()) take_back(&home);
  home.noted = NULL;
  if (read.noted == NULL || !is_text(name, length, "HOME", 4)) return;
  home = read;
  pid_of_home = own_pid();
}

static void note_read(const char *name, size_t length, const struct place *place) {
  if (program_length == 0) find_program();
  bool is_set = place->value != NULL;
  if (is_set && belongs_to_copy(place)) return;
  struct read read = note(name, length, is_set);
  bool is_new = is_set && place->position + 1 == series.end && series.times == 1;
  if (is_new && series.reads <= LEAST_OF_COPY) series.firsts[series.reads - 1] = read;
  forget_node_start(name, length, read);
}

/* Whoever does not get it in time, be it because it is a signal handler of who has it, notes its read and no more. */
static bool lock(void) {
  for (int i = 0; i < LONGEST_WAIT; i++) {
    if (!__atomic_exchange_n(&is_busy, true, __ATOMIC_ACQUIRE)) return true;
  }
  return false;
}

char *variable_ask(const char *name) {
  size_t length = 0;
  while (name[length] != '\0') length++;
  struct place place = find(name, length);
  if (length == 0 || length > MOST_NAME || log_attached() == NULL) return place.value;
  if (lock()) {
    note_read(name, length, &place);
    __atomic_store_n(&is_busy, false, __ATOMIC_RELEASE);
  } else {
    note(name, length, place.value != NULL);
  }
  return place.value;
}
