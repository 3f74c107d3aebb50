/*
 * Checks with random reads what the shim tells of variables: each that was asked for by itself, none that was only copied with
 * all others. Says what is wrong, if anything is.
 */

#include "../../src/execute/trace/native/shim/variables.c"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Copies of fewer are told: they might as well be single reads. One may be left out. */
enum { MOST_VARIABLES = 12, MOST_RECORDS = 4096, LEAST_COPIED = LEAST_OF_COPY + 1 };

static struct record records[MOST_RECORDS];
static int name_of_record[MOST_RECORDS];
static int used;

/* By names, of which `V0` is the first. */
static enum known known[MOST_VARIABLES];
static int is_told[MOST_VARIABLES];

static int number_of(const char *name) {
  return atoi(name + 1);
}

static int number_of_key(uint64_t key) {
  for (int i = 0; i < MOST_VARIABLES; i++) {
    char name[16];
    int length = sprintf(name, "V%d", i);
    if (hash_bytes(name, (size_t)length, EVENT_VARIABLE) == key) return i;
  }
  abort();
}

enum known known_find(uint64_t key) {
  return known[number_of_key(key)];
}

void known_set(uint64_t key, enum known value) {
  known[number_of_key(key)] = value;
}

const struct shared_log *log_attached(void) {
  static const struct shared_log log;
  return &log;
}

struct record *log_note(const struct finding *finding) {
  char name[16] = {0};
  memcpy(name, finding->path, finding->path_length);
  name_of_record[used] = number_of(name);
  is_told[number_of(name)]++;
  return &records[used++];
}

void log_take_back(struct record *record) {
  is_told[name_of_record[record - records]]--;
}

static unsigned long long seed;

static unsigned random_below(unsigned end) {
  seed = seed * 6364136223846793005u + 1442695040888963407u;
  return (unsigned)((seed >> 33) % end);
}

static int ask(int number, int is_set) {
  char name[16], *copy;
  sprintf(name, "V%d", number);
  /* Exactly as long as it is, so that reading on would be noticed. */
  copy = strdup(name);
  char *value = variable_ask(copy);
  free(copy);
  return is_set ? value != NULL && strcmp(value, "x") == 0 : value == NULL;
}

/* At most four single reads between two copies: five in order are a copy. */
static int check(void) {
  int count = 2 + (int)random_below(MOST_VARIABLES - 2);
  char *variables[MOST_VARIABLES + 1] = {NULL};
  for (int i = 0; i < count; i++) {
    variables[i] = malloc(16);
    sprintf(variables[i], "V%d=x", i);
  }
  __environ = variables;
  memset(known, 0, sizeof known);
  memset(is_told, 0, sizeof is_told);
  used = 0;
  end_series();

  int was_asked_for[MOST_VARIABLES] = {0}, is_right = 1;
  for (unsigned rounds = random_below(4) + 1; rounds > 0; rounds--) {
    int last = -1;
    for (unsigned singles = random_below(4); singles > 0; singles--) {
      int number = (int)random_below((unsigned)count + 1);
      /* One that is read as often by itself as by a copy right after that leaves it out looks like a part of it. */
      if (number == last) continue;
      last = number;
      was_asked_for[number] = 1;
      is_right &= ask(number, number < count);
    }
    /* `const { A, ...others } = process.env`, where each of the others is read three times, and A before them. */
    int times = random_below(2) == 0 ? 1 : 3, left_out = times == 3 && random_below(2) == 0 ? (int)random_below((unsigned)count) : -1;
    if (left_out >= 0 && left_out != last) {
      was_asked_for[left_out] = 1;
      is_right &= ask(left_out, 1);
    }
    for (int i = 0; i < count; i++) {
      for (int time = 0; time < times && i != left_out; time++) is_right &= ask(i, 1);
    }
  }
  if (!is_right) printf("a value is not what it is\n");
  for (int i = 0; i <= count && i < MOST_VARIABLES && is_right; i++) {
    is_right = was_asked_for[i] ? is_told[i] > 0 : is_told[i] == 0 || count < LEAST_COPIED;
    if (!is_right) printf("V%d of %d was %s\n", i, count, was_asked_for[i] ? "asked for and is not told" : "copied and is told");
  }
  for (int i = 0; i < count; i++) free(variables[i]);
  return is_right;
}

int main(int count, char **arguments) {
  seed = count > 1 ? strtoull(arguments[1], NULL, 10) : 1;
  program_length = 1;
  int is_right = 1;
  for (int i = 0; i < 200000 && is_right; i++) is_right = check();
  __environ = NULL;
  is_right &= variable_ask("V1") == NULL;
  return !is_right;
}
