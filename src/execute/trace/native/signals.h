#pragma once

/* Those that a terminal, or whoever ends the runner, sends to all of us: the runner decides what becomes of its tasks. */
void signals_ignore(void);

/* Readable when a child has ended; -1 where there can be none. */
int signals_open(void);
