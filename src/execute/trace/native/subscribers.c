#define _GNU_SOURCE
#include "subscribers.h"

#include "ancestry.h"
#include "handover.h"
#include "kernel.h"
#include "report.h"
#include "subscribing.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static struct {
  int epoll;
  struct subscriber *first;
} subscribers = {.epoll = -1};

static bool add(pid_t pid, int socket, struct subscriber *around);
static void answer(const struct subscriber *subscriber, const struct subscribe_answer *answer, int fd);

bool subscribers_are_asked(const struct seccomp_data *data) {
  return data->nr == SUBSCRIBE_CALL && data->args[0] == SUBSCRIBE_DIRECTORY && data->args[1] == 0 && data->args[2] == SUBSCRIBE_VERSION &&
         data->args[3] == 0;
}

int subscribers_welcome(int listener, uint64_t id, pid_t pid) {
  int sockets[2];
  struct subscriber *around;
  if (!subscribers_find(pid, &around) || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) != 0) return -1;
  struct seccomp_notif_addfd theirs = {.id = id, .srcfd = (uint32_t)sockets[1], .newfd_flags = O_CLOEXEC};
  int fd = ioctl(listener, SECCOMP_IOCTL_NOTIF_ADDFD, &theirs);
  close(sockets[1]);
  if (fd >= 0 && add(pid, sockets[0], around)) return fd;
  /* What the helper may have got is closed at the other end, so it will not wait. */
  close(sockets[0]);
  return fd;
}

static bool watch(int socket, struct subscriber *subscriber) {
  if (subscribers.epoll < 0) subscribers.epoll = epoll_create1(EPOLL_CLOEXEC);
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = subscriber};
  return subscribers.epoll >= 0 && epoll_ctl(subscribers.epoll, EPOLL_CTL_ADD, socket, &event) == 0;
}

static bool add(pid_t pid, int socket, struct subscriber *around) {
  struct subscriber *subscriber = calloc(1, sizeof *subscriber);
  if (subscriber == NULL || !watch(socket, subscriber)) {
    free(subscriber);
    return false;
  }
  subscriber->pid = pid;
  subscriber->socket = socket;
  subscriber->around = around;
  subscriber->next = subscribers.first;
  subscribers.first = subscriber;
  return true;
}

static void remove_subscriber(struct subscriber *subscriber) {
  struct subscriber **at = &subscribers.first;
  while (*at != subscriber) at = &(*at)->next;
  *at = subscriber->next;
  for (struct subscriber *other = subscribers.first; other != NULL; other = other->next) {
    if (other->around == subscriber) other->around = subscriber->around;
  }
  ancestry_forget();
  close(subscriber->socket);
  if (subscriber->is_tracing) trace_close(&subscriber->trace);
  free(subscriber->roots);
  free(subscriber->bytes);
  free(subscriber);
}

bool subscribers_find(pid_t tid, struct subscriber **found) {
  *found = NULL;
  return subscribers.first == NULL || ancestry_find(tid, subscribers.first, found);
}

void subscribers_give_up(void) {
  for (struct subscriber *subscriber = subscribers.first; subscriber != NULL; subscriber = subscriber->next) {
    if (subscriber->is_tracing) trace_is_incomplete(&subscriber->trace, "the command", "started what nobody could tell from others");
  }
}

int subscribers_descriptor(void) {
  return subscribers.epoll;
}

/* By another mount table or root, its paths mean other files than ours. */
static bool sees_our_files(pid_t pid) {
  static const char *const places[] = {"ns/mnt", "root"};
  for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
    char ours[64], theirs[64];
    struct stat our_status, their_status;
    snprintf(ours, sizeof ours, "/proc/self/%s", places[i]);
    snprintf(theirs, sizeof theirs, "/proc/%d/%s", pid, places[i]);
    if (stat(ours, &our_status) != 0 || stat(theirs, &their_status) != 0) return false;
    if (our_status.st_ino != their_status.st_ino || our_status.st_dev != their_status.st_dev) return false;
  }
  return true;
}

/* Each with a NUL behind it. */
static size_t count_texts(const char *bytes, size_t length) {
  size_t count = 0;
  for (size_t i = 0; i < length; i++) count += bytes[i] == '\0';
  return count;
}

static bool start_tracing(struct subscriber *subscriber, const char *bytes, size_t length) {
  size_t count = count_texts(bytes, length);
  subscriber->bytes = malloc(length + 1);
  subscriber->roots = calloc(count + 1, sizeof *subscriber->roots);
  if (subscriber->bytes == NULL || subscriber->roots == NULL) return false;
  memcpy(subscriber->bytes, bytes, length);
  for (size_t i = 0, at = 0; i < count; at += strlen(subscriber->bytes + at) + 1) subscriber->roots[i++] = subscriber->bytes + at;
  return trace_open(&subscriber->trace, subscriber->roots, count);
}

static void take_roots(struct subscriber *subscriber, const char *bytes, size_t length) {
  if (subscriber->is_tracing) return;
  uint64_t error = !sees_our_files(subscriber->pid) ? EXDEV : 0;
  if (error == 0 && !start_tracing(subscriber, bytes, length)) error = ENOMEM;
  subscriber->is_tracing = error == 0;
  /* What descends from it was found to have somebody else around it. */
  ancestry_forget();
  answer(subscriber, &(struct subscribe_answer){.error = error}, -1);
}

/* As a file, because whoever wrote to the other side would have to wait for it to read, and nobody may wait for that here. */
static int report_of(struct trace *trace) {
  int file = memfd_create("trace", MFD_CLOEXEC);
  if (file < 0) return -1;
  int ours = report_to(file);
  trace_report(trace);
  bool is_whole = report_is_whole();
  report_to(ours);
  if (is_whole) return file;
  close(file);
  errno = EIO;
  return -1;
}

static void tell(struct subscriber *subscriber) {
  errno = EINVAL;
  int file = subscriber->is_tracing ? report_of(&subscriber->trace) : -1;
  struct subscribe_answer found = {.error = file < 0 ? (uint64_t)errno : 0, .notifications = subscriber->trace.notifications};
  answer(subscriber, &found, file);
  if (file >= 0) close(file);
}

static void answer(const struct subscriber *subscriber, const struct subscribe_answer *answer, int fd) {
  handover_send(subscriber->socket, &(struct handover){(void *)(uintptr_t)answer, sizeof *answer, fd}, MSG_DONTWAIT);
}

/* False when it is gone, or says what makes no sense. */
static bool hear(struct subscriber *subscriber) {
  static char bytes[MOST_SUBSCRIBE_BYTES + 1];
  uint32_t word;
  ssize_t length = recv(subscriber->socket, bytes, sizeof bytes, MSG_DONTWAIT);
  if (length < 0 && (errno == EINTR || errno == EAGAIN)) return true;
  if (length < (ssize_t)sizeof word || length == sizeof bytes) return false;
  memcpy(&word, bytes, sizeof word);
  if (word == SUBSCRIBE_ROOTS) take_roots(subscriber, bytes + sizeof word, (size_t)length - sizeof word);
  else if (word == SUBSCRIBE_REPORT) tell(subscriber);
  else return false;
  return true;
}

void subscribers_hear(void) {
  /* One at a time: what one says may be the end of another. */
  struct epoll_event event;
  if (epoll_wait(subscribers.epoll, &event, 1, 0) == 1 && !hear(event.data.ptr)) remove_subscriber(event.data.ptr);
}

void subscribers_forget_links(pid_t tid) {
  for (struct subscriber *subscriber = subscribers.first; subscriber != NULL; subscriber = subscriber->next) {
    if (subscriber->is_tracing) trace_forget_links(&subscriber->trace, tid);
  }
}

void subscribers_close(void) {
  while (subscribers.first != NULL) remove_subscriber(subscribers.first);
}
