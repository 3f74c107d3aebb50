#define _GNU_SOURCE
#include "calls.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

/* The kernel also takes an IPv6 address without its scope. */
enum { SIN6_SHORTEST = 24 };

union address {
  struct sockaddr any;
  struct sockaddr_in v4;
  struct sockaddr_in6 v6;
  struct sockaddr_un local;
};

static bool read_address(const struct call *call, union address *address, size_t *length) {
  memset(address, 0, sizeof *address);
  *length = (size_t)call->args[2];
  if (*length > sizeof *address) *length = sizeof *address;
  if (*length < sizeof address->any.sa_family) return false;
  enum peek peek = task_read(call->tid, call->args[1], address, *length);
  if (peek == PEEK_DENIED) give_up(call, "its memory could not be read");
  return peek == PEEKED;
}

static bool is_own_v4(uint32_t network_order) {
  uint32_t host_order = ntohl(network_order);
  return host_order == INADDR_ANY || host_order >> 24 == 127;
}

static bool is_own_v6(const struct in6_addr *address) {
  uint32_t last;
  memcpy(&last, address->s6_addr + 12, sizeof last);
  if (IN6_IS_ADDR_V4MAPPED(address)) return is_own_v4(last);
  return IN6_IS_ADDR_LOOPBACK(address) || IN6_IS_ADDR_UNSPECIFIED(address);
}

void on_connect(const struct call *call, const struct trapped_call *trapped) {
  (void)trapped;
  union address address;
  size_t length;
  char host[INET6_ADDRSTRLEN], text[INET6_ADDRSTRLEN + 10];
  if (!read_address(call, &address, &length)) return;
  if (address.any.sa_family == AF_INET && length >= sizeof address.v4 && !is_own_v4(address.v4.sin_addr.s_addr)) {
    inet_ntop(AF_INET, &address.v4.sin_addr, host, sizeof host);
    snprintf(text, sizeof text, "%s:%u", host, ntohs(address.v4.sin_port));
  } else if (address.any.sa_family == AF_INET6 && length >= SIN6_SHORTEST && !is_own_v6(&address.v6.sin6_addr)) {
    inet_ntop(AF_INET6, &address.v6.sin6_addr, host, sizeof host);
    snprintf(text, sizeof text, "[%s]:%u", host, ntohs(address.v6.sin6_port));
  } else {
    return;
  }
  trace_add_address(call->trace, text);
}

void on_bind(const struct call *call, const struct trapped_call *trapped) {
  (void)trapped;
  union address address;
  size_t length;
  struct place place;
  if (!read_address(call, &address, &length) || address.any.sa_family != AF_UNIX) return;
  trace_change(call->trace);
  size_t path_length = strnlen(address.local.sun_path, length - offsetof(struct sockaddr_un, sun_path));
  if (locate_text(call, AT_FDCWD, address.local.sun_path, path_length, AT_SYMLINK_NOFOLLOW, &place) != LOCATED) return;
  look(call, &place);
  if (place.exists || !has_parent(call, &place, NULL)) add_probe(call, &place);
  else trace_add(call->trace, &(struct event){.kind = EVENT_WRITE, .path = &place.path});
}
