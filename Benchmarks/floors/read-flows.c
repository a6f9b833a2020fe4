// Packets per flow with read(2), and the lookups of 32 packets at once under way to memory.
#include "chunks.h"
#include "flows.h"

enum { BATCH = 32 };

int main(int count, char *arguments[]) {
  if (count != 2) return 2;
  struct chunks chunks = open_chunks(arguments[1]);
  struct flow_table table = {0};
  make_room(&table, 1 << 16);
  uint64_t packets = 0;
  struct flow_key keys[BATCH];
  uint64_t hashes[BATCH];
  do {
    for (int waiting = BATCH; waiting == BATCH;) {
      const uint8_t *packet = NULL;
      uint32_t captured;
      waiting = 0;
      while (waiting < BATCH && (packet = next_packet(&chunks, &captured))) {
        packets++;
        if (!find_key(packet, captured, &keys[waiting])) continue;
        hashes[waiting] = hash_of(keys[waiting]);
        __builtin_prefetch(&table.flows[hashes[waiting++] & table.mask], 1);
      }
      for (int index = 0; index < waiting; index++)
        count_packet(&table, keys[index], hashes[index]);
    }
  } while (read_on(&chunks));
  printf("%llu packets, %llu flows\n", (unsigned long long)packets,
         (unsigned long long)table.count);
  return 0;
}
