#pragma once

#include <stdbool.h>
#include <stddef.h>

/*
 * Adds variables to our own environment, which is the task's: `length` bytes from `fd`, each `NAME=VALUE` with a NUL behind
 * it. False when they did not all come.
 */
bool variables_take(int fd, size_t length);
