#pragma once

/*
 * Installs the filter for this thread and all that descend from it: the calls of calls.c wait for an answer on the
 * listener that is returned, everything else runs as ever. -1 with errno when the system does not allow it.
 */
int filter_install(void);

/* Whether a notification's call was made in another ABI than this machine's main one, whose arguments we cannot read. */
struct seccomp_data;
_Bool filter_is_foreign(const struct seccomp_data *data);
