#pragma once

/*
 * What a program asks for by name, by `getenv`: that is what its result may depend on. Who walks over `environ` itself (shells,
 * Python, Go) is not seen. Who asks for one after the other as they stand there (Node for `{...process.env}`, and for each child
 * that it starts) copies them and is not told of.
 */

/* The value of a variable, as the libc gives it. Notes that it was asked for. */
char *variable_ask(const char *name);
