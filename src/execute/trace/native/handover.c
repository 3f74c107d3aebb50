#define _GNU_SOURCE
#include "handover.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

union control {
  char bytes[CMSG_SPACE(sizeof(int))];
  struct cmsghdr align;
};

_Bool handover_send(int socket, const struct handover *handover, int flags) {
  union control control;
  memset(&control, 0, sizeof control);
  struct iovec text = {handover->bytes, handover->size};
  struct msghdr message = {.msg_iov = &text, .msg_iovlen = 1};
  if (handover->fd >= 0) {
    message.msg_control = control.bytes;
    message.msg_controllen = sizeof control.bytes;
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof handover->fd);
    memcpy(CMSG_DATA(header), &handover->fd, sizeof handover->fd);
  }
  ssize_t sent;
  do sent = sendmsg(socket, &message, MSG_NOSIGNAL | flags);
  while (sent < 0 && errno == EINTR);
  return sent == (ssize_t)handover->size;
}

_Bool handover_receive(int socket, struct handover *handover) {
  union control control;
  struct iovec text = {handover->bytes, handover->size};
  struct msghdr message = {.msg_iov = &text, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control.bytes};
  ssize_t length;
  do length = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
  while (length < 0 && errno == EINTR);
  const struct cmsghdr *header = length > 0 ? CMSG_FIRSTHDR(&message) : NULL;
  handover->fd = -1;
  if (header != NULL && header->cmsg_type == SCM_RIGHTS) memcpy(&handover->fd, CMSG_DATA(header), sizeof handover->fd);
  return length == (ssize_t)handover->size;
}
