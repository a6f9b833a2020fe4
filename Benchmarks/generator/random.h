// Seeded random numbers; integers only, so that every machine makes the same capture.
#ifndef RANDOM_H
#define RANDOM_H

#include <stdbool.h>
#include <stdint.h>

// A bijection that spreads every bit (the finalizer of splitmix64).
static inline uint64_t mix(uint64_t value) {
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9u;
  value = (value ^ (value >> 27)) * 0x94d049bb133111ebu;
  return value ^ (value >> 31);
}

struct random { uint64_t state; };

static inline uint64_t next_random(struct random *random) {
  return mix(random->state += 0x9e3779b97f4a7c15u);
}

// A number from 0 to `limit` - 1.
static inline uint32_t below(struct random *random, uint32_t limit) {
  return (uint32_t)(((next_random(random) >> 32) * limit) >> 32);
}

// A number from `low` to `high`, both included.
static inline uint32_t between(struct random *random, uint32_t low, uint32_t high) {
  return low + below(random, high - low + 1);
}

static inline bool chance(struct random *random, uint32_t per_mille) {
  return below(random, 1000) < per_mille;
}

#endif
