/*
 * The one thing about sockets that Node cannot do by itself: to connect and wait for it. `readSync` and `writeSync` do the
 * rest. Linked against nothing, not even a libc, so that one file serves every Node on this kind of machine.
 */

#include <node_api.h>

#include "system-call.h"

/* Of a Unix domain socket. */
struct place {
    const char *path;
    size_t length;
};

/* `connect(owner: object, path: Uint8Array, milliseconds: number)`: a connected stream socket, or a negative error number.
 * To connect, to read and to write blocks, but never longer than that. The socket is closed when `owner` is garbage, at the
 * latest when the thread ends. */
static napi_value connect_tool(napi_env env, napi_callback_info info);
static int connected(struct place place, struct timeval patience);
static int reach(int descriptor, struct place place);
static void close_socket(napi_env env, void *data, void *hint);

NAPI_MODULE_INIT()
{
    napi_value function;
    if (napi_create_function(env, "connect", NAPI_AUTO_LENGTH, connect_tool, NULL, &function) == napi_ok)
        napi_set_named_property(env, exports, "connect", function);
    return exports;
}

static napi_value connect_tool(napi_env env, napi_callback_info info)
{
    size_t count = 3;
    napi_value arguments[3];
    void *path = NULL;
    size_t length = 0;
    int milliseconds = 0;
    napi_get_cb_info(env, info, &count, arguments, NULL, NULL);
    if (napi_get_buffer_info(env, arguments[1], &path, &length) != napi_ok
        || napi_get_value_int32(env, arguments[2], &milliseconds) != napi_ok) {
        napi_throw_type_error(env, NULL, "a socket has bytes for a path, and a time to wait");
        return NULL;
    }
    struct timeval patience = {.tv_sec = milliseconds / 1000, .tv_usec = milliseconds % 1000 * 1000};
    long outcome = connected((struct place){path, length}, patience);
    if (outcome >= 0 && napi_add_finalizer(env, arguments[0], (void *)outcome, close_socket, NULL, NULL) != napi_ok) {
        close_socket(env, (void *)outcome, NULL);
        napi_throw_type_error(env, NULL, "a socket is owned by an object");
        return NULL;
    }
    napi_value number = NULL;
    napi_create_int32(env, (int)outcome, &number);
    return number;
}

static int connected(struct place place, struct timeval patience)
{
    long descriptor = system_call(SYS_socket, AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, 0, 0);
    if (descriptor < 0) return (int)descriptor;
    system_call(SYS_setsockopt, descriptor, SOL_SOCKET, SO_RCVTIMEO, (long)&patience, sizeof patience);
    system_call(SYS_setsockopt, descriptor, SOL_SOCKET, SO_SNDTIMEO, (long)&patience, sizeof patience);
    int problem = reach((int)descriptor, place);
    if (problem == 0) return (int)descriptor;
    system_call(SYS_close, descriptor, 0, 0, 0, 0);
    return problem;
}

static int reach(int descriptor, struct place place)
{
    struct sockaddr_un address;
    if (place.length == 0) return -ENOENT;
    if (place.length >= sizeof address.sun_path) return -ENAMETOOLONG;
    address.sun_family = AF_UNIX;
    for (size_t at = 0; at < place.length; at++) address.sun_path[at] = place.path[at];
    address.sun_path[place.length] = '\0';
    size_t size = offsetof(struct sockaddr_un, sun_path) + place.length + 1;
    long outcome;
    do outcome = system_call(SYS_connect, descriptor, (long)&address, (long)size, 0, 0);
    while (outcome == -EINTR);
    return (int)outcome;
}

static void close_socket(napi_env env, void *data, void *hint)
{
    (void)env, (void)hint;
    system_call(SYS_close, (long)data, 0, 0, 0, 0);
}
