#pragma once

/* The machine code of the one system call that the filter lets through: `long gate(number, six arguments)`. */
extern const char gate_code[], gate_code_end[];
