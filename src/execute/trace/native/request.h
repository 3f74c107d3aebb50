#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum request_kind { REQUEST_FIFOS = 1, REQUEST_START = 2 };

/* stdout, stderr, report and control of a helper, by the names of their FIFOs. */
enum { LINES = 4 };

/* The texts stand in the bytes of the request. */
struct request {
  uint32_t id;
  enum request_kind kind;
  /* Where FIFOs are to be made, or a helper is to be started. */
  const char *directory;
  /* Of FIFOs: the number of the first, and how many. */
  const char *first;
  uint32_t count;
  /* Of a helper. */
  const char *lines[LINES];
  char **arguments;
  char **environment;
};

/* How many bytes the request at the beginning takes; 0 when not even that can be told yet. */
size_t request_size(const char *bytes, size_t used);

/* False when it is none of this version. What it holds is freed by `request_free`. */
bool request_parse(char *bytes, size_t size, struct request *request);

void request_free(struct request *request);
