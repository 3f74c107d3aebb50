#pragma once

#include "place.h"

/* A system call that the filter traps: where its arguments are, and what it means. */
struct trapped_call {
  int number;
  void (*handle)(const struct call *call, const struct trapped_call *trapped);
  /* Indices of arguments; NONE where the call has no such argument. */
  signed char directory, path, flags;
  /* Flags that the call always has. */
  int implied;
  signed char to_directory, to_path;
  const char *name;
};

enum { NONE = -1 };

/* The often called ones first: the filter compares in this order. */
extern const struct trapped_call trapped_calls[];
extern const size_t trapped_calls_count;

/* Directory descriptor and flags of a call. */
int directory_of(const struct call *call, signed char argument);
int flags_of(const struct call *call, const struct trapped_call *trapped);

/* The place that the call's first path means. */
enum located locate_first(const struct call *call, const struct trapped_call *trapped, int flags, struct place *place);

/* call-look.c: calls that find out */
void on_stat(const struct call *call, const struct trapped_call *trapped);
void on_chdir(const struct call *call, const struct trapped_call *trapped);
void on_fchdir(const struct call *call, const struct trapped_call *trapped);
void on_readlink(const struct call *call, const struct trapped_call *trapped);

/* call-open.c */
void on_open(const struct call *call, const struct trapped_call *trapped);
void on_openat2(const struct call *call, const struct trapped_call *trapped);
void on_truncate(const struct call *call, const struct trapped_call *trapped);

/* call-change.c: calls that change names */
void on_mkdir(const struct call *call, const struct trapped_call *trapped);
void on_mknod(const struct call *call, const struct trapped_call *trapped);
void on_remove(const struct call *call, const struct trapped_call *trapped);
void on_rename(const struct call *call, const struct trapped_call *trapped);
void on_link(const struct call *call, const struct trapped_call *trapped);
void on_symlink(const struct call *call, const struct trapped_call *trapped);
void on_chmod(const struct call *call, const struct trapped_call *trapped);
void on_fchmod(const struct call *call, const struct trapped_call *trapped);

/* call-execute.c */
void on_execute(const struct call *call, const struct trapped_call *trapped);

/* call-socket.c */
void on_connect(const struct call *call, const struct trapped_call *trapped);
void on_bind(const struct call *call, const struct trapped_call *trapped);

/* call-mount.c: calls after which a path may mean another file */
void on_new_meaning(const struct call *call, const struct trapped_call *trapped);
