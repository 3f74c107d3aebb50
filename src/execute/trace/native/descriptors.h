#pragma once

#include <stddef.h>

/*
 * Closes every descriptor but `kept` (which gets sorted), and makes 0, 1 and 2 lead nowhere. Whoever reads the task's
 * output waits for all copies of its pipes to be closed: ours must not be among them.
 */
void descriptors_keep_only(int *kept, size_t count);
