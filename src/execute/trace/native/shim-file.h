#pragma once

/* The shim as a file, to be preloaded by the task's programs. Empty when it could not be compiled. */
extern const char shim_file[], shim_file_end[];
