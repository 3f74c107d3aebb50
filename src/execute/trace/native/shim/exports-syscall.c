#include "calls.h"
#include "where.h"

/*
 * `syscall` itself, for programs that know more than their libc (libuv asks so for `statx`). Other calls than ours are made
 * right here, without using the stack: some of them return twice.
 */

#define TEXT_OF(number) #number
#define TEXT(number) TEXT_OF(number)

#if defined(__x86_64__)
#define OURS(number) "cmp $" TEXT(number) ", %rdi\n je shim_syscall\n"
__asm__(".text\n"
        ".global syscall\n"
        ".type syscall, @function\n"
        "syscall:\n"
        "endbr64\n"
        OURS(__NR_open) OURS(__NR_stat) OURS(__NR_lstat) OURS(__NR_access) OURS(__NR_readlink)
        OURS(__NR_openat) OURS(__NR_newfstatat) OURS(__NR_readlinkat) OURS(__NR_faccessat) OURS(__NR_faccessat2)
        OURS(__NR_statx) OURS(__NR_chdir) OURS(__NR_fchdir) OURS(__NR_seccomp) OURS(__NR_prctl)
        "mov %rdi, %rax\n"
        "mov %rsi, %rdi\n"
        "mov %rdx, %rsi\n"
        "mov %rcx, %rdx\n"
        "mov %r8, %r10\n"
        "mov %r9, %r8\n"
        "mov 8(%rsp), %r9\n"
        "syscall\n"
        "cmp $-4095, %rax\n"
        "jae 1f\n"
        "ret\n"
        "1: mov %rax, %rdi\n"
        "jmp shim_result\n"
        ".size syscall, . - syscall\n");
#elif defined(__aarch64__)
#define OURS(number) "cmp x0, #" TEXT(number) "\n b.eq shim_syscall\n"
__asm__(".text\n"
        ".global syscall\n"
        ".type syscall, %function\n"
        "syscall:\n"
        "hint 34\n"
        OURS(__NR_openat) OURS(__NR_newfstatat) OURS(__NR_readlinkat) OURS(__NR_faccessat) OURS(__NR_faccessat2)
        OURS(__NR_statx) OURS(__NR_chdir) OURS(__NR_fchdir) OURS(__NR_seccomp) OURS(__NR_prctl)
        "mov x8, x0\n"
        "mov x0, x1\n"
        "mov x1, x2\n"
        "mov x2, x3\n"
        "mov x3, x4\n"
        "mov x4, x5\n"
        "mov x5, x6\n"
        "svc #0\n"
        "cmn x0, #4095\n"
        "b.hs shim_result\n"
        "ret\n"
        ".size syscall, . - syscall\n");
#endif

__attribute__((visibility("hidden"))) long shim_result(long result) {
  return as_libc(result);
}

enum { SET_SECCOMP = 22 };

/* A sandbox may kill its process for a call that the program does not make by itself. */
static long call_prctl(long option, long a, long b, long c, long d) {
  if (option == SET_SECCOMP) log_detach();
  return plain_call(__NR_prctl, option, a, b, c, d, 0);
}

static long call(long number, long a, long b, long c, long d, long e) {
  switch (number) {
#ifdef __NR_open
    case __NR_open:
      return call_open(AT_FDCWD, (const char *)a, (int)b, (unsigned)c);
    case __NR_stat:
      return call_stat(AT_FDCWD, (const char *)a, (struct stat *)b, 0);
    case __NR_lstat:
      return call_stat(AT_FDCWD, (const char *)a, (struct stat *)b, AT_SYMLINK_NOFOLLOW);
    case __NR_access:
      return call_access(AT_FDCWD, (const char *)a, (int)b, 0);
    case __NR_readlink:
      return call_readlink(AT_FDCWD, (const char *)a, (char *)b, (size_t)c);
#endif
    case __NR_openat:
      return call_open((int)a, (const char *)b, (int)c, (unsigned)d);
    case __NR_newfstatat:
      return call_stat((int)a, (const char *)b, (struct stat *)c, (int)d);
    case __NR_readlinkat:
      return call_readlink((int)a, (const char *)b, (char *)c, (size_t)d);
    case __NR_faccessat:
      return call_access((int)a, (const char *)b, (int)c, 0);
    case __NR_faccessat2:
      return call_access((int)a, (const char *)b, (int)c, (int)d);
    case __NR_statx:
      return call_statx((int)a, (const char *)b, (int)c, (unsigned)d, (struct statx *)e);
    case __NR_chdir:
    case __NR_fchdir:
      return where_to(number, a);
    case __NR_prctl:
      return call_prctl(a, b, c, d, e);
    default:
      log_detach();
      return plain_call(number, a, b, c, d, e, 0);
  }
}

__attribute__((visibility("hidden"))) long shim_syscall(long number, long a, long b, long c, long d, long e) {
  return as_libc(call(number, a, b, c, d, e));
}

EXPORTED int prctl(int option, unsigned long a, unsigned long b, unsigned long c, unsigned long d) {
  return (int)as_libc(call_prctl(option, (long)a, (long)b, (long)c, (long)d));
}
