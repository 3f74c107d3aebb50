#define _GNU_SOURCE
#include "tree.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct process {
  pid_t pid, parent;
  bool descends;
};

struct processes {
  struct process *all;
  size_t count, room;
};

static bool read_process(const char *pid, struct process *process) {
  char file[64], text[512];
  snprintf(file, sizeof file, "/proc/%.20s/stat", pid);
  int fd = open(file, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  ssize_t length = read(fd, text, sizeof text - 1);
  close(fd);
  if (length <= 0) return false;
  text[length] = '\0';
  /* `pid (name) state parent …`; the name may hold anything, parentheses too. */
  const char *end = strrchr(text, ')');
  char state;
  int threads;
  const char *format = " %c %d %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %d";
  if (end == NULL || sscanf(end + 1, format, &state, &process->parent, &threads) != 3) return false;
  process->pid = atoi(text);
  process->descends = false;
  /* A process whose first thread has ended looks like a zombie while others go on. */
  return state != 'X' && (state != 'Z' || threads > 1);
}

static bool add_process(struct processes *processes, const struct process *process) {
  if (processes->count == processes->room) {
    size_t room = processes->room * 2 + 64;
    struct process *all = realloc(processes->all, room * sizeof *all);
    if (all == NULL) return false;
    processes->all = all;
    processes->room = room;
  }
  processes->all[processes->count++] = *process;
  return true;
}

static struct processes read_processes(void) {
  struct processes processes = {0};
  DIR *proc = opendir("/proc");
  if (proc == NULL) return processes;
  for (const struct dirent *entry; (entry = readdir(proc)) != NULL;) {
    struct process process;
    if (isdigit((unsigned char)entry->d_name[0]) && read_process(entry->d_name, &process)) add_process(&processes, &process);
  }
  closedir(proc);
  return processes;
}

static bool is_child_of_found(const struct processes *processes, pid_t parent) {
  for (size_t i = 0; i < processes->count; i++) {
    if (processes->all[i].descends && processes->all[i].pid == parent) return true;
  }
  return false;
}

static size_t mark_descendants(struct processes *processes) {
  size_t found = 0, before;
  do {
    before = found;
    for (size_t i = 0; i < processes->count; i++) {
      struct process *process = &processes->all[i];
      if (process->descends || (process->parent != getpid() && !is_child_of_found(processes, process->parent))) continue;
      process->descends = true;
      found++;
    }
  } while (found != before);
  return found;
}

struct tree tree_find(void) {
  struct processes processes = read_processes();
  struct tree tree = {.pids = calloc(mark_descendants(&processes) + 1, sizeof *tree.pids)};
  for (size_t i = 0; tree.pids != NULL && i < processes.count; i++) {
    if (processes.all[i].descends) tree.pids[tree.count++] = processes.all[i].pid;
  }
  free(processes.all);
  return tree;
}

bool tree_is_visible(void) {
  struct process process;
  return read_process("self", &process);
}

bool tree_kill(void) {
  struct tree tree = tree_find();
  size_t killed = 0;
  for (size_t i = 0; i < tree.count; i++) killed += kill(tree.pids[i], SIGKILL) == 0;
  free(tree.pids);
  return tree.count == 0 || killed > 0;
}
