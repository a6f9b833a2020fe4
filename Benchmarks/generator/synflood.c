// A flood of SYNs from forged addresses to one server, which answers every second one.
#include <stdlib.h>

#include "captures.h"
#include "random.h"
#include "wire.h"

static const uint32_t sources = 5000000;
static const uint64_t gap = 4 * MICROSECOND;
static const uint32_t server = 0xc6336407;  // 198.51.100.7

enum { WAITING = 64 };

// Answers that are on their way, in the order of their times.
struct answers {
  struct pair pairs[WAITING];
  struct segment segments[WAITING];
  unsigned first, end;
  uint64_t last;
};

// An address per index, none twice, and none of those that no stranger can have.
static uint32_t forged_address(uint32_t *index, uint32_t key) {
  for (;;) {
    uint32_t address = (*index)++ ^ key;
    for (int round = 0; round < 3; round++) {  // each step is a bijection
      address *= 0x9e3779b1u;
      address ^= address >> 15;
    }
    const uint32_t network = address >> 24;
    if (network != 0 && network != 10 && network != 127 && network < 224) return address;
  }
}

static void write_answers(struct answers *answers, uint64_t until) {
  while (answers->first != answers->end) {
    const unsigned slot = answers->first % WAITING;
    if (answers->segments[slot].time > until) return;
    write_tcp(&answers->pairs[slot], &answers->segments[slot], NULL);
    answers->first++;
  }
}

static void answer(struct answers *answers, const struct pair *pair, const struct segment *syn,
                   struct random *random) {
  struct segment segment = {
      .time = syn->time + between(random, 30, 120) * MICROSECOND,
      .sequence = (uint32_t)next_random(random), .acknowledgment = syn->sequence + 1,
      .window = 64240, .flags = SYN | ACK, .from = SERVER, .options = MSS_ONLY,
  };
  if (segment.time < answers->last) segment.time = answers->last;
  answers->last = segment.time;
  const unsigned slot = answers->end++ % WAITING;
  answers->pairs[slot] = *pair;
  answers->segments[slot] = segment;
}

void generate_synflood(double scale, uint64_t seed) {
  struct random random = {seed};
  struct answers answers = {0};
  const uint32_t key = (uint32_t)next_random(&random);
  const uint32_t count = (uint32_t)(sources * scale);
  uint32_t index = 0;
  uint64_t now = 0;
  for (uint32_t source = 0; source < count; source++) {
    now += below(&random, 2 * gap + 1);
    write_answers(&answers, now);
    const struct pair pair =
        ipv4_pair(forged_address(&index, key), (uint16_t)between(&random, 1024, 65535), server,
                  chance(&random, 700) ? 80 : 443);
    const struct segment syn = {
        .time = now, .sequence = (uint32_t)next_random(&random), .window = 64240,
        .identification = (uint16_t)next_random(&random), .flags = SYN, .from = CLIENT,
        .options = chance(&random, 500) ? MSS_ONLY : NO_OPTIONS,
    };
    write_tcp(&pair, &syn, NULL);
    if (source % 2 == 0) answer(&answers, &pair, &syn, &random);
  }
  write_answers(&answers, UINT64_MAX);
}
