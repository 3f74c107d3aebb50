#include "request.h"

#include <stdlib.h>
#include <string.h>

/* `count` is the number of FIFOs, or of the helper's arguments. */
struct head {
  uint32_t size, id, kind, count;
};

struct texts {
  char *at, *end;
};

size_t request_size(const char *bytes, size_t used) {
  struct head head;
  if (used < sizeof head) return 0;
  memcpy(&head, bytes, sizeof head);
  /* Too small a size could never be got past. */
  return head.size < sizeof head ? sizeof head : head.size;
}

/* NULL when there is none left. */
static char *next_text(struct texts *texts) {
  char *text = texts->at;
  char *end = text < texts->end ? memchr(text, '\0', (size_t)(texts->end - text)) : NULL;
  if (end == NULL) return NULL;
  texts->at = end + 1;
  return text;
}

static size_t count_texts(struct texts texts) {
  size_t count = 0;
  while (next_text(&texts) != NULL) count++;
  return count;
}

/* Arguments and variables behind each other, as the system wants them: each list ends with NULL. */
static bool parse_lists(struct texts texts, size_t arguments, struct request *request) {
  size_t count = count_texts(texts);
  if (arguments > count) return false;
  request->arguments = calloc(count + 2, sizeof *request->arguments);
  if (request->arguments == NULL) return false;
  request->environment = &request->arguments[arguments + 1];
  for (size_t i = 0; i < arguments; i++) request->arguments[i] = next_text(&texts);
  for (size_t i = 0; i < count - arguments; i++) request->environment[i] = next_text(&texts);
  return true;
}

bool request_parse(char *bytes, size_t size, struct request *request) {
  struct head head;
  memcpy(&head, bytes, sizeof head);
  if (head.size != size) return false;
  *request = (struct request){.id = head.id, .kind = head.kind, .count = head.count};
  struct texts texts = {bytes + sizeof head, bytes + size};
  request->directory = next_text(&texts);
  if (request->kind == REQUEST_FIFOS) return (request->first = next_text(&texts)) != NULL;
  for (size_t i = 0; i < LINES; i++) request->lines[i] = next_text(&texts);
  return request->kind == REQUEST_START && request->lines[LINES - 1] != NULL && parse_lists(texts, head.count, request);
}

void request_free(struct request *request) {
  free(request->arguments);
}
