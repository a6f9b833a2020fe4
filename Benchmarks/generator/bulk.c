// A few long transfers, each by a sender with SACK over a link of its own with a queue that
// overflows. Half of the taps are at the sender, the others at the receiver.
#include <stdlib.h>

#include "bulk.h"
#include "captures.h"

static const uint32_t segments_in_all = 686000;

void generate_bulk(double scale, uint64_t seed) {
  static struct transfer transfers[TRANSFERS];
  struct random random = {seed};
  struct queue queue = {0};
  uint32_t shares[TRANSFERS], all_shares = 0;
  for (unsigned index = 0; index < TRANSFERS; index++)
    all_shares += shares[index] = between(&random, 5, 15);
  for (unsigned index = 0; index < TRANSFERS; index++) {
    const double part = (double)shares[index] / all_shares;
    transfers[index] = (struct transfer){
        .queue = &queue, .random = &random, .tap = index % 2 ? CLIENT : SERVER,
        .segments = (uint32_t)(part * segments_in_all * scale) + 10,
        // So that all of them take about 100 s.
        .link_time = (uint64_t)(80 * SECOND / (part * segments_in_all)),
        .distance = between(&random, 2, 25) * MILLISECOND,
        .pair = ipv4_pair(0x0a020001 + index, (uint16_t)between(&random, 32768, 60999),
                          0xc6336405, 5001),
    };
    transfers[index].queue_room = transfers[index].link_time * between(&random, 20, 120);
    begin_transfer(&transfers[index], between(&random, 0, 2000) * MILLISECOND * scale);
  }
  while (queue.count) {
    const uint64_t now = next_time(&queue);
    struct event *event = take(&queue);
    happen(event, now);
    free(event);
  }
  free(queue.entries);
}
