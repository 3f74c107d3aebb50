#include "shim-file.h"

/* It comes with the helper, so that the two always fit each other, wherever the helper is copied to. */
__asm__(".section .rodata\n"
        ".global shim_file, shim_file_end\n"
        ".balign 8\n"
        "shim_file:\n"
#ifdef SHIM_FILE
        ".incbin \"" SHIM_FILE "\"\n"
#endif
        "shim_file_end:\n"
        ".byte 0\n"
        ".previous\n");
