// The receiver of bulk data: acknowledges eight segments at once, as behind an interface that
// merges them, but at once what is out of order, with up to three SACK blocks.
#include "bulk.h"

enum { MERGED = 8 };

static const uint64_t longest_delay = 40 * MILLISECOND;

static bool has(const struct transfer *transfer, uint32_t index) {
  return transfer->has[index % RING];
}

// The block around a segment that came ahead of a hole.
static struct sack_block block_around(const struct transfer *transfer, uint32_t index) {
  uint32_t left = index, right = index + 1;
  while (left > transfer->received && has(transfer, left - 1)) left--;
  while (right < transfer->highest_received && has(transfer, right)) right++;
  return (struct sack_block){sequence_of(transfer, left), sequence_of(transfer, right)};
}

// Adds the newest blocks besides those that are there already.
static void add_blocks(const struct transfer *transfer, struct segment *segment) {
  for (uint32_t index = transfer->highest_received;
       index > transfer->received + 1 && segment->sack_count < 3;) {
    if (!has(transfer, --index)) continue;
    const struct sack_block block = block_around(transfer, index);
    index = index_of(transfer, block.left);
    bool is_known = false;
    for (unsigned other = 0; other < segment->sack_count; other++)
      is_known |= segment->sack[other].left == block.left;
    if (!is_known) segment->sack[segment->sack_count++] = block;
  }
}

static void acknowledge(struct transfer *transfer, struct segment segment, uint64_t now) {
  segment.sequence = transfer->first_sequence[SERVER] + 1;
  segment.acknowledgment = sequence_of(transfer, transfer->received);
  segment.flags = ACK;
  segment.from = SERVER;
  add_blocks(transfer, &segment);
  transfer->unacknowledged = 0;
  transfer->acknowledgments++;
  transmit(transfer, segment, now);
}

void send_acknowledgment(struct transfer *transfer, uint64_t now) {
  acknowledge(transfer, (struct segment){0}, now);
}

static void take_in_order(struct transfer *transfer, const struct segment *segment,
                          uint64_t now) {
  const bool fills_hole = transfer->highest_received > transfer->received + 1;
  if (transfer->unacknowledged == 0) transfer->echo[SERVER] = segment->clock;  // RFC 7323 §4.3
  while (has(transfer, transfer->received))
    transfer->has[transfer->received++ % RING] = false;
  transfer->unacknowledged++;
  if (fills_hole || transfer->unacknowledged == MERGED || segment->flags & PSH) {
    send_acknowledgment(transfer, now);
  } else if (transfer->unacknowledged == 1) {
    struct event *event = schedule(transfer, now + longest_delay);
    event->kind = DELAYED_ACKNOWLEDGMENT;
    event->number = transfer->acknowledgments;
  }
}

void receive_data(struct transfer *transfer, const struct segment *segment, uint64_t now) {
  const uint32_t index = index_of(transfer, segment->sequence);
  if (index < transfer->received || has(transfer, index)) {  // RFC 2883: it came before
    acknowledge(transfer, (struct segment){
        .sack = {{segment->sequence, segment->sequence + SEGMENT}}, .sack_count = 1}, now);
    return;
  }
  transfer->has[index % RING] = true;
  if (index >= transfer->highest_received) transfer->highest_received = index + 1;
  if (index == transfer->received) {
    take_in_order(transfer, segment, now);
    return;
  }
  acknowledge(transfer, (struct segment){
      .sack = {block_around(transfer, index)}, .sack_count = 1}, now);
}
