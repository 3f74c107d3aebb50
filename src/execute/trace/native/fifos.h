#pragma once

/* Makes COUNT FIFOs named 0, 1, … in a directory that is there, for the runner, which cannot make any. Gives an exit code. */
int make_fifos(const char *directory, const char *count);
