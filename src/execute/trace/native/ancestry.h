#pragma once

#include "subscribers.h"

/*
 * The innermost of these subscribers that the thread descends from; NULL when there is none. Answers are remembered, as
 * who descends from whom stays as it is while the helpers live: each of them adopts the orphans below it. False when it
 * cannot be told.
 */
bool ancestry_find(pid_t tid, struct subscriber *first, struct subscriber **found);

/* A subscriber came or went. */
void ancestry_forget(void);
