#pragma once

/*
 * Makes `count` FIFOs named by numbers from `first` on, in a directory that is there, for the runner, which cannot make
 * any. Gives 0, or an errno.
 */
int make_fifos(const char *directory, int first, int count);
