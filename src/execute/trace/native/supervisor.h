#pragma once

#include "trace.h"

/* Answers the calls that wait on the listener. Every call is let go; none is ever changed. */

/* Makes the listener ready. False when there is no memory for it. */
bool supervisor_open(int listener, struct trace *trace);

/* Whether a caller can be given a descriptor (since Linux 5.14). */
bool supervisor_can_give(int listener);

/* Takes one waiting call, if there is one, notes it in the trace and lets it go. */
void supervisor_answer(void);

/* Lets calls go without looking until nobody is left who could make one. */
void supervisor_drain(void);
