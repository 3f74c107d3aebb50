#pragma once

#include "log.h"

/* The calls that look, each made freely if it can be noted, else in the trapped way. They give negative errnos. */

struct statx;

long call_stat(int directory, const char *path, struct stat *status, int flags);
long call_statx(int directory, const char *path, int flags, unsigned mask, struct statx *status);
long call_access(int directory, const char *path, int mode, int flags);
long call_readlink(int directory, const char *path, char *target, size_t size);
long call_open(int directory, const char *path, int flags, unsigned mode);
