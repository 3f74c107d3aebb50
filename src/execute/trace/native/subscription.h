#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Lets the helper that traces this process trace what this process starts, apart from all else and with roots of its own.
 * A socket; -1 when there is no such helper, or it cannot do it.
 */
int subscription_open(const char *const *roots, size_t count);

/*
 * Writes to the report what the outer helper saw of the descendants so far. Every call that has ended is in it. If that
 * helper is gone, the report says that it is incomplete. Gives the number of calls.
 */
uint64_t subscription_report(int subscription);
