// The least that reading can cost: read(2), and a step over each record.
#include "chunks.h"

int main(int count, char *arguments[]) {
  if (count != 2) return 2;
  struct chunks chunks = open_chunks(arguments[1]);
  uint64_t packets = 0;
  uint32_t captured;
  do {
    while (next_packet(&chunks, &captured)) packets++;
  } while (read_on(&chunks));
  printf("%llu\n", (unsigned long long)packets);
  return 0;
}
