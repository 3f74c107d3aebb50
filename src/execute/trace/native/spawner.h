#pragma once

/*
 * Starts helpers, and makes FIFOs for them, for a runner that would need many times as long to fork: requests come on
 * stdin, answers go to stdout. It ends with stdin, and leaves the helpers to themselves. Gives an exit code.
 */
int spawn_on_request(const char *helper);
