#pragma once

/* Makes `count` FIFOs named 0, 1, … in a directory that is there, for the runner, which cannot make any. 0, or an errno. */
int make_fifos(const char *directory, int count);
