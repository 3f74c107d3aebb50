#define _GNU_SOURCE
#include "program.h"

#include <elf.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* The kernel looks for `#!` lines no further than this. */
enum { SCRIPT_HEAD = 256, MOST_SEGMENTS = 64 };

union head {
  char text[SCRIPT_HEAD];
  unsigned char ident[EI_NIDENT];
  Elf64_Ehdr elf;
};

static void read_script(const char *text, size_t length, struct program *program) {
  size_t start = 2 + strspn(text + 2, " \t");
  size_t end = start;
  while (end < length && strchr(" \t\n", text[end]) == NULL) end++;
  program->is_script = true;
  program->interpreter_length = end - start;
  memcpy(program->interpreter, text + start, end - start);
}

static void read_elf(int fd, const Elf64_Ehdr *elf, struct program *program) {
  Elf64_Phdr segments[MOST_SEGMENTS];
  size_t count = elf->e_phnum < MOST_SEGMENTS ? elf->e_phnum : MOST_SEGMENTS;
  if (elf->e_phentsize != sizeof *segments) return;
  ssize_t have = pread(fd, segments, count * sizeof *segments, (off_t)elf->e_phoff);
  for (size_t i = 0; have > 0 && i < (size_t)have / sizeof *segments; i++) {
    const Elf64_Phdr *segment = &segments[i];
    if (segment->p_type != PT_INTERP || segment->p_filesz < 2 || segment->p_filesz > PATH_MAX) continue;
    ssize_t length = pread(fd, program->interpreter, segment->p_filesz, (off_t)segment->p_offset);
    if (length > 0) program->interpreter_length = strnlen(program->interpreter, (size_t)length);
    return;
  }
}

bool program_read(const char *file, struct program *program) {
  program->is_32_bit = program->is_script = false;
  program->interpreter_length = 0;
  /* It may have been replaced by a FIFO since it was seen to be a file. */
  int fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd < 0) return false;
  union head head = {0};
  ssize_t length = pread(fd, &head, sizeof head - 1, 0);
  if (length > 2 && memcmp(head.text, "#!", 2) == 0) read_script(head.text, (size_t)length, program);
  if (length >= EI_NIDENT && memcmp(head.ident, ELFMAG, SELFMAG) == 0) {
    program->is_32_bit = head.ident[EI_CLASS] == ELFCLASS32;
    if (head.ident[EI_CLASS] == ELFCLASS64 && length >= (ssize_t)sizeof head.elf) read_elf(fd, &head.elf, program);
  }
  close(fd);
  return length >= 0;
}

bool program_is_new(struct text_map *known, const struct path *path, const struct stat *status) {
  struct {
    dev_t dev;
    ino_t ino;
    off_t size;
    struct timespec mtime, ctime;
  } state;
  memset(&state, 0, sizeof state);
  state.dev = status->st_dev;
  state.ino = status->st_ino;
  state.size = status->st_size;
  state.mtime = status->st_mtim;
  state.ctime = status->st_ctim;
  const struct text_map_entry *entry = text_map_find(known, path->text, path->length);
  if (entry != NULL && memcmp(entry->value, &state, sizeof state) == 0) return false;
  text_map_put(known, &(struct text_map_entry){
                          .key = path->text,
                          .key_length = (uint32_t)path->length,
                          .value = (const char *)&state,
                          .value_length = sizeof state,
                      });
  return true;
}
