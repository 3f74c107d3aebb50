#pragma once

#include <stddef.h>
#include <stdint.h>

static inline uint64_t hash_fold(uint64_t a, uint64_t b) {
  unsigned __int128 product = (unsigned __int128)a * b;
  return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* Up to seven bytes. */
static inline uint64_t hash_word(const char *bytes, size_t length) {
  uint64_t word = 0;
  for (size_t i = 0; i < length; i++) word = word << 8 | (unsigned char)bytes[i];
  return word;
}

/* Eight bytes a step (the multiply-and-fold of wyhash). */
static inline uint64_t hash_bytes(const char *bytes, size_t length, uint64_t seed) {
  uint64_t hash = seed ^ (length * 0x9e3779b97f4a7c15u);
  uint64_t word;
  for (; length >= sizeof word; bytes += sizeof word, length -= sizeof word) {
    __builtin_memcpy(&word, bytes, sizeof word);
    hash = hash_fold(hash ^ word, 0xa0761d6478bd642fu) + 0x8bb84b93962eacc9u;
  }
  return hash_fold(hash ^ hash_word(bytes, length), 0xe7037ed1a0b428dbu);
}
