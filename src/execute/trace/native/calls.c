#define _GNU_SOURCE
#include "calls.h"

#include "kernel.h"

#include <fcntl.h>

const struct trapped_call trapped_calls[] = {
    {__NR_openat, on_open, 0, 1, 2, 0, NONE, NONE, "openat"},
    {__NR_newfstatat, on_stat, 0, 1, 3, 0, NONE, NONE, "newfstatat"},
    {__NR_statx, on_stat, 0, 1, 2, 0, NONE, NONE, "statx"},
#ifdef __NR_stat
    {__NR_stat, on_stat, NONE, 0, NONE, 0, NONE, NONE, "stat"},
    {__NR_lstat, on_stat, NONE, 0, NONE, AT_SYMLINK_NOFOLLOW, NONE, NONE, "lstat"},
    {__NR_access, on_stat, NONE, 0, NONE, 0, NONE, NONE, "access"},
    {__NR_readlink, on_readlink, NONE, 0, NONE, 0, NONE, NONE, "readlink"},
    {__NR_open, on_open, NONE, 0, 1, 0, NONE, NONE, "open"},
    {__NR_creat, on_open, NONE, 0, NONE, O_CREAT | O_WRONLY | O_TRUNC, NONE, NONE, "creat"},
    {__NR_unlink, on_remove, NONE, 0, NONE, 0, NONE, NONE, "unlink"},
    {__NR_rmdir, on_remove, NONE, 0, NONE, AT_REMOVEDIR, NONE, NONE, "rmdir"},
    {__NR_mkdir, on_mkdir, NONE, 0, NONE, 0, NONE, NONE, "mkdir"},
    {__NR_mknod, on_mknod, NONE, 0, NONE, 0, NONE, NONE, "mknod"},
    {__NR_rename, on_rename, NONE, 0, NONE, 0, NONE, 1, "rename"},
    {__NR_link, on_link, NONE, 0, NONE, 0, NONE, 1, "link"},
    {__NR_symlink, on_symlink, NONE, 1, NONE, 0, NONE, NONE, "symlink"},
    {__NR_chmod, on_chmod, NONE, 0, NONE, 0, NONE, NONE, "chmod"},
#endif
    {__NR_readlinkat, on_readlink, 0, 1, NONE, AT_EMPTY_PATH, NONE, NONE, "readlinkat"},
    {__NR_faccessat, on_stat, 0, 1, NONE, 0, NONE, NONE, "faccessat"},
    {__NR_faccessat2, on_stat, 0, 1, 3, 0, NONE, NONE, "faccessat2"},
    {__NR_execve, on_execute, NONE, 0, NONE, 0, NONE, NONE, "execve"},
    {__NR_execveat, on_execute, 0, 1, 4, 0, NONE, NONE, "execveat"},
    {__NR_chdir, on_chdir, NONE, 0, NONE, 0, NONE, NONE, "chdir"},
    {__NR_fchdir, on_fchdir, NONE, NONE, NONE, 0, NONE, NONE, "fchdir"},
    {__NR_unshare, on_fchdir, NONE, NONE, NONE, 0, NONE, NONE, "unshare"},
    {__NR_openat2, on_openat2, 0, 1, NONE, 0, NONE, NONE, "openat2"},
    {__NR_unlinkat, on_remove, 0, 1, 2, 0, NONE, NONE, "unlinkat"},
    {__NR_mkdirat, on_mkdir, 0, 1, NONE, 0, NONE, NONE, "mkdirat"},
    {__NR_mknodat, on_mknod, 0, 1, NONE, 0, NONE, NONE, "mknodat"},
#ifdef __NR_renameat
    {__NR_renameat, on_rename, 0, 1, NONE, 0, 2, 3, "renameat"},
#endif
    {__NR_renameat2, on_rename, 0, 1, 4, 0, 2, 3, "renameat2"},
    {__NR_linkat, on_link, 0, 1, 4, 0, 2, 3, "linkat"},
    {__NR_symlinkat, on_symlink, 1, 2, NONE, 0, NONE, NONE, "symlinkat"},
    {__NR_fchmodat, on_chmod, 0, 1, NONE, 0, NONE, NONE, "fchmodat"},
    {__NR_fchmodat2, on_chmod, 0, 1, 3, 0, NONE, NONE, "fchmodat2"},
    {__NR_fchmod, on_fchmod, 0, NONE, NONE, 0, NONE, NONE, "fchmod"},
    {__NR_truncate, on_truncate, NONE, 0, NONE, 0, NONE, NONE, "truncate"},
    {__NR_connect, on_connect, NONE, NONE, NONE, 0, NONE, NONE, "connect"},
    {__NR_bind, on_bind, NONE, NONE, NONE, 0, NONE, NONE, "bind"},
    {__NR_chroot, on_new_meaning, NONE, NONE, NONE, 0, NONE, NONE, "chroot"},
    {__NR_pivot_root, on_new_meaning, NONE, NONE, NONE, 0, NONE, NONE, "pivot_root"},
    {__NR_mount, on_new_meaning, NONE, NONE, NONE, 0, NONE, NONE, "mount"},
    {__NR_umount2, on_new_meaning, NONE, NONE, NONE, 0, NONE, NONE, "umount"},
    {__NR_move_mount, on_new_meaning, NONE, NONE, NONE, 0, NONE, NONE, "move_mount"},
    {__NR_open_tree, on_new_meaning, NONE, NONE, NONE, 0, NONE, NONE, "open_tree"},
    {__NR_setns, on_new_meaning, NONE, NONE, NONE, 0, NONE, NONE, "setns"},
    {__NR_open_by_handle_at, on_new_meaning, NONE, NONE, NONE, 0, NONE, NONE, "open_by_handle_at"},
};

const size_t trapped_calls_count = sizeof trapped_calls / sizeof *trapped_calls;

int directory_of(const struct call *call, signed char argument) {
  return argument == NONE ? AT_FDCWD : (int)call->args[argument];
}

int flags_of(const struct call *call, const struct trapped_call *trapped) {
  return trapped->implied | (trapped->flags == NONE ? 0 : (int)call->args[trapped->flags]);
}

enum located locate_first(const struct call *call, const struct trapped_call *trapped, int flags, struct place *place) {
  return locate(call, directory_of(call, trapped->directory), call->args[trapped->path], flags, place);
}
