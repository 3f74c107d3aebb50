#define _GNU_SOURCE
#include "filter.h"

#include "calls.h"
#include "kernel.h"
#include "shared-log.h"

#include <errno.h>
#include <linux/filter.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

struct filter {
  struct sock_filter code[512];
  unsigned short length;
};

static void emit(struct filter *filter, struct sock_filter instruction) {
  filter->code[filter->length++] = instruction;
}

static void emit_load(struct filter *filter, unsigned offset) {
  emit(filter, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offset));
}

static void emit_return(struct filter *filter, unsigned action) {
  emit(filter, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, action));
}

static void emit_return_if(struct filter *filter, unsigned value, unsigned action) {
  emit(filter, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1));
  emit_return(filter, action);
}

#ifdef I386_ARCH
/*
 * `int 0x80` works in 64-bit programs too. The numbers, from the kernel's syscall_32.tbl, in its order: open creat link
 * unlink execve chdir mknod chmod access rename mkdir rmdir chroot symlink readlink truncate stat lstat truncate64 stat64
 * lstat64 openat mkdirat mknodat fstatat64 unlinkat renameat linkat symlinkat readlinkat fchmodat faccessat renameat2
 * execveat statx openat2 faccessat2 fchmodat2.
 */
static const unsigned i386_calls[] = {
    5,   8,   9,   10,  11,  12,  14,  15,  33,  38,  39,  40,  61,  83,  85,  92,  106, 107, 193,
    195, 196, 295, 296, 297, 300, 301, 302, 303, 304, 305, 306, 307, 353, 358, 383, 437, 439, 452,
};
/* The two calls of ours that the x32 table numbers anew. */
static const unsigned x32_execve = 520, x32_execveat = 545;

static void emit_foreign(struct filter *filter) {
  struct filter foreign = {.length = 0};
  emit_load(&foreign, offsetof(struct seccomp_data, nr));
  for (size_t i = 0; i < sizeof i386_calls / sizeof *i386_calls; i++) {
    emit_return_if(&foreign, i386_calls[i], SECCOMP_RET_USER_NOTIF);
  }
  emit_return_if(&foreign, __NR_io_uring_setup, SECCOMP_RET_ERRNO | ENOSYS);
  emit_return(&foreign, SECCOMP_RET_ALLOW);
  emit(filter, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, NATIVE_ARCH, (unsigned char)foreign.length, 0));
  for (unsigned short i = 0; i < foreign.length; i++) emit(filter, foreign.code[i]);
}

/* x32 calls have the numbers of x86-64 with one bit more. */
static void emit_number(struct filter *filter) {
  emit_load(filter, offsetof(struct seccomp_data, nr));
  emit(filter, (struct sock_filter)BPF_STMT(BPF_ALU | BPF_AND | BPF_K, ~X32_BIT));
  emit_return_if(filter, x32_execve, SECCOMP_RET_USER_NOTIF);
  emit_return_if(filter, x32_execveat, SECCOMP_RET_USER_NOTIF);
}
#else
/* A 64-bit program of arm64 cannot make 32-bit calls, and the execution of a 32-bit program is seen. */
static void emit_foreign(struct filter *filter) {
  emit(filter, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, NATIVE_ARCH, 1, 0));
  emit_return(filter, SECCOMP_RET_ALLOW);
}

static void emit_number(struct filter *filter) {
  emit_load(filter, offsetof(struct seccomp_data, nr));
}
#endif

/* What the gate's page calls, the shim tells of itself; all else waits for us. */
static void emit_gate(struct filter *filter) {
  emit_load(filter, offsetof(struct seccomp_data, instruction_pointer) + sizeof(unsigned));
  emit(filter, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, GATE_ADDRESS >> 32, 0, 4));
  emit_load(filter, offsetof(struct seccomp_data, instruction_pointer));
  emit(filter, (struct sock_filter)BPF_STMT(BPF_ALU | BPF_AND | BPF_K, ~(GATE_SIZE - 1u)));
  emit_return_if(filter, GATE_ADDRESS & UINT32_MAX, SECCOMP_RET_ALLOW);
  emit_return(filter, SECCOMP_RET_USER_NOTIF);
}

enum { BETWEEN_CALLS_AND_GATE = 3 };

static void build(struct filter *filter) {
  filter->length = 0;
  emit_load(filter, offsetof(struct seccomp_data, arch));
  emit_foreign(filter);
  emit_number(filter);
  size_t to_gate = trapped_calls_count + BETWEEN_CALLS_AND_GATE;
  for (size_t i = 0; i < trapped_calls_count; i++) {
    unsigned char distance = (unsigned char)(to_gate - i - 1);
    emit(filter, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)trapped_calls[i].number, distance, 0));
  }
  /* Its operations are no system calls, so they would not be seen; everyone has a fallback for a kernel without it. */
  emit_return_if(filter, __NR_io_uring_setup, SECCOMP_RET_ERRNO | ENOSYS);
  emit_return(filter, SECCOMP_RET_ALLOW);
  emit_gate(filter);
}

static int install(const struct filter *filter, unsigned long flags) {
  const struct sock_fprog program = {.len = filter->length, .filter = (struct sock_filter *)(uintptr_t)filter->code};
  return (int)syscall(__NR_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program);
}

int filter_install(void) {
  struct filter filter;
  build(&filter);
  /*
   * SPEC_ALLOW: no slower code because of the filter. WAIT_KILLABLE_RECV (Linux 5.19): a signal does not interrupt a call
   * that is being looked at; without it the preemption signals of Go repeat many notifications.
   */
  unsigned long flags = SECCOMP_FILTER_FLAG_NEW_LISTENER | SECCOMP_FILTER_FLAG_SPEC_ALLOW | SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV;
  int listener = install(&filter, flags);
  /* Only then, because it would keep set-user-id programs from working: we may lack the capability to do without. */
  if (listener < 0 && errno == EACCES && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0) listener = install(&filter, flags);
  if (listener < 0 && errno == EINVAL) listener = install(&filter, flags & ~SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV);
  return listener;
}

_Bool filter_is_foreign(const struct seccomp_data *data) {
#ifdef X32_BIT
  if ((unsigned)data->nr & X32_BIT) return 1;
#endif
  return data->arch != NATIVE_ARCH;
}
