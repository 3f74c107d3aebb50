#pragma once

/* The exit code of our own failures, as `env` and `timeout` have it. */
enum { HELPER_FAILED = 125 };
