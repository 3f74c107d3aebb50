#pragma once

#include "../shared-log.h"

#include <asm/errno.h>
#include <asm/stat.h>
#include <asm/unistd.h>
#include <linux/fcntl.h>
#include <linux/stat.h>
#ifndef S_IFMT
#define S_IFMT 0170000
#define S_IFDIR 0040000
#define S_IFREG 0100000
#define S_IFLNK 0120000
#endif
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* System calls without a libc. They give what the kernel gives: negative errnos. */

/* A call that waits for the helper if it is one of those that the filter traps. */
static inline long plain_call(long number, long a, long b, long c, long d, long e, long f) {
#if defined(__x86_64__)
  long result;
  register long r10 __asm__("r10") = d;
  register long r8 __asm__("r8") = e;
  register long r9 __asm__("r9") = f;
  __asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9) : "rcx", "r11", "memory");
  return result;
#elif defined(__aarch64__)
  register long x8 __asm__("x8") = number;
  register long x0 __asm__("x0") = a;
  register long x1 __asm__("x1") = b;
  register long x2 __asm__("x2") = c;
  register long x3 __asm__("x3") = d;
  register long x4 __asm__("x4") = e;
  register long x5 __asm__("x5") = f;
  __asm__ volatile("svc #0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5) : "memory");
  return x0;
#endif
}

/* A call that the filter lets through. Only once the log is attached. */
static inline long free_call(long number, long a, long b, long c, long d, long e) {
  return ((long (*)(long, long, long, long, long, long, long))GATE_ADDRESS)(number, a, b, c, d, e, 0);
}

static inline bool is_kind(const struct stat *status, unsigned kind) {
  return (status->st_mode & S_IFMT) == kind;
}

static inline bool has_failed(long result) {
  return (unsigned long)result > -4096ul;
}

#define EXPORTED __attribute__((visibility("default")))

extern int *__errno_location(void) __attribute__((weak));

/* As the functions of a libc give it. */
static inline long as_libc(long result) {
  if (!has_failed(result)) return result;
  if (__errno_location != NULL) *__errno_location() = (int)-result;
  return -1;
}
