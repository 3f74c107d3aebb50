#pragma once

enum { MOST_REAL_PATH = 4096 };

/* The path without links, with a NUL behind it. Gives its length, or a negative errno. */
long real_path(const char *path, char real[MOST_REAL_PATH]);
