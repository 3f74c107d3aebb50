/* Checks the shim's parts that need no task, with random input. Says what is wrong, if anything is. */

#include "../../src/execute/trace/native/shim/spot.c"
#include "../../src/execute/trace/native/shim/known.c"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static unsigned long long seed;

static unsigned random_below(unsigned end) {
  seed = seed * 6364136223846793005u + 1442695040888963407u;
  return (unsigned)((seed >> 33) % end);
}

static int may_leave_here;

static bool leave(const void *context, const struct spot *spot) {
  return context == spot && may_leave_here;
}

/* What `spot_walk` should make of it, in the simplest way. */
static int expected(const char *base, const char *text, char *path, char *directory) {
  char copy[8192], *rest = copy, *name;
  int is_name = 0;
  strcpy(copy, text);
  strcpy(path, base);
  strcpy(directory, "");
  while ((name = strsep(&rest, "/")) != NULL) {
    if (strcmp(name, "") == 0 || strcmp(name, ".") == 0) {
      is_name = 0;
      continue;
    }
    if (strcmp(name, "..") == 0) {
      if (!may_leave_here) return 0;
      char *slash = strrchr(path, '/');
      if (slash != NULL) *slash = '\0';
      is_name = 0;
      continue;
    }
    strcpy(directory, path);
    strcat(strcat(path, "/"), name);
    is_name = 1;
  }
  return is_name;
}

static void random_text(char *text, unsigned most) {
  unsigned length = random_below(most);
  for (unsigned i = 0; i < length; i++) text[i] = "ab..//xyz"[random_below(9)];
  text[length] = '\0';
}

static int check_spot(void) {
  /* Each exactly as long as it is, so that reading on would be noticed. */
  char path[16384], directory[16384], text[3000];
  random_text(text, random_below(50) == 0 ? 2000 : 16);
  char *given = strdup(text);
  struct spot *spot = malloc(sizeof *spot);
  const char *base = random_below(2) ? "" : "/base/of";
  memset(spot, 'Q', sizeof *spot);
  spot->length = spot->directory_length = strlen(base);
  memcpy(spot->text, base, spot->length);
  may_leave_here = random_below(2);
  int should = expected(base, text, path, directory);
  int does = spot_walk(spot, given, leave, spot);
  /* What is too long may be left. */
  int is_right = does ? should && spot->length == strlen(path) && memcmp(spot->text, path, spot->length) == 0 && spot->directory_length == strlen(directory)
                      : !should || strlen(path) + strlen(text) > MOST_SPOT - 4;
  if (!is_right) printf("spot_walk('%s', '%s') = %d\n", base, text, does);
  free(given);
  free(spot);
  return is_right;
}

enum { KEYS = 200000 };
static unsigned char told[KEYS];

static int check_known(void) {
  unsigned number = random_below(KEYS);
  uint64_t key = hash_bytes((const char *)&number, sizeof number, 7);
  if (random_below(2)) {
    told[number] = (unsigned char)(1 + random_below(3));
    known_set(key, told[number]);
  }
  enum known known = known_find(key);
  int is_right = known == told[number] || known == KNOWN_NOTHING;
  if (!is_right) printf("known_find of %u = %d\n", number, known);
  return is_right;
}

int main(int count, char **arguments) {
  seed = count > 1 ? strtoull(arguments[1], NULL, 10) : 1;
  int is_right = 1;
  for (int i = 0; i < 300000 && is_right; i++) is_right = check_spot();
  unsigned remembered = 0;
  for (int i = 0; i < 2000000 && is_right; i++) is_right = check_known();
  for (unsigned number = 0; number < KEYS; number++) remembered += known_find(hash_bytes((const char *)&number, sizeof number, 7)) == told[number];
  if (is_right && remembered < KEYS * 9 / 10) printf("only %u are remembered\n", remembered);
  return !is_right || remembered < KEYS * 9 / 10;
}
