#include "gate.h"

__asm__(".section .rodata\n"
        ".global gate_code, gate_code_end\n"
        ".balign 16\n"
        "gate_code:\n"
#if defined(__x86_64__)
        "endbr64\n"
        "mov %rdi, %rax\n"
        "mov %rsi, %rdi\n"
        "mov %rdx, %rsi\n"
        "mov %rcx, %rdx\n"
        "mov %r8, %r10\n"
        "mov %r9, %r8\n"
        "mov 8(%rsp), %r9\n"
        "syscall\n"
        "ret\n"
#elif defined(__aarch64__)
        "hint 34\n" /* bti c */
        "mov x8, x0\n"
        "mov x0, x1\n"
        "mov x1, x2\n"
        "mov x2, x3\n"
        "mov x3, x4\n"
        "mov x4, x5\n"
        "mov x5, x6\n"
        "svc #0\n"
        "ret\n"
#endif
        "gate_code_end:\n"
        ".previous\n");
