#include "system.h"
#include "variables.h"

EXPORTED char *getenv(const char *name) {
  return variable_ask(name);
}

/* Where the two differ, nothing is preloaded. */
EXPORTED char *secure_getenv(const char *name) {
  return variable_ask(name);
}
