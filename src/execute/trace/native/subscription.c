#define _GNU_SOURCE
#include "subscription.h"

#include "handover.h"
#include "kernel.h"
#include "report.h"
#include "subscribing.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static int ask_for_socket(void) {
  return (int)syscall(SUBSCRIBE_CALL, SUBSCRIBE_DIRECTORY, NULL, (long)SUBSCRIBE_VERSION, 0L);
}

static bool send_roots(int subscription, const char *const *roots, size_t count) {
  static char bytes[MOST_SUBSCRIBE_BYTES];
  uint32_t word = SUBSCRIBE_ROOTS;
  size_t used = sizeof word;
  memcpy(bytes, &word, sizeof word);
  for (size_t i = 0; i < count; i++) {
    size_t length = strlen(roots[i]) + 1;
    if (length > sizeof bytes - used) return false;
    memcpy(bytes + used, roots[i], length);
    used += length;
  }
  return handover_send(subscription, &(struct handover){bytes, used, -1}, 0);
}

int subscription_open(const char *const *roots, size_t count) {
  int subscription = ask_for_socket();
  if (subscription < 0) return -1;
  struct subscribe_answer answer;
  struct handover handover = {&answer, sizeof answer, -1};
  if (send_roots(subscription, roots, count) && handover_receive(subscription, &handover) && answer.error == 0) return subscription;
  close(subscription);
  return -1;
}

/* It was made for us as a whole, so nobody waits for us to read it. */
static bool pass_on(int frames) {
  char bytes[MOST_SUBSCRIBE_BYTES];
  off_t at = 0;
  ssize_t length;
  while ((length = pread(frames, bytes, sizeof bytes, at)) > 0 || (length < 0 && errno == EINTR)) {
    if (length < 0) continue;
    report_frames(bytes, (size_t)length);
    at += length;
  }
  close(frames);
  return length == 0;
}

uint64_t subscription_report(int subscription) {
  uint32_t word = SUBSCRIBE_REPORT;
  struct subscribe_answer answer = {.error = EPIPE};
  struct handover handover = {&answer, sizeof answer, -1};
  bool is_answered = handover_send(subscription, &(struct handover){&word, sizeof word, -1}, 0) && handover_receive(subscription, &handover);
  if (!is_answered || answer.error != 0 || handover.fd < 0 || !pass_on(handover.fd)) {
    report_incomplete("the command", "the tracer of the task around it could not tell what it saw");
  }
  return answer.notifications;
}
