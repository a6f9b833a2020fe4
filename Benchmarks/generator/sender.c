// The sender of bulk data: slow start and congestion avoidance (RFC 5681), repair by SACK
// (RFC 6675) and by the timer (RFC 6298).
#include "bulk.h"

static uint8_t *fate_of(struct transfer *transfer, uint32_t index) {
  return &transfer->fates[index % RING];
}

static bool is_in_flight(uint8_t fate) { return fate == SENT || fate == SENT_AGAIN; }

static void settle(struct transfer *transfer, uint32_t index, uint8_t fate) {
  uint8_t *old = fate_of(transfer, index);
  transfer->in_flight -= is_in_flight(*old);
  transfer->lost -= *old == LOST;
  *old = fate;
  transfer->lost += fate == LOST;
  transfer->in_flight += is_in_flight(fate);
}

static void send_segment(struct transfer *transfer, uint32_t index, uint8_t fate, uint64_t now) {
  settle(transfer, index, fate);
  const bool is_last = index + 1 == transfer->segments;
  transmit(transfer, (struct segment){
      .sequence = sequence_of(transfer, index),
      .acknowledgment = transfer->first_sequence[SERVER] + 1,
      .length = SEGMENT, .flags = is_last ? PSH | ACK : ACK, .from = CLIENT}, now);
}

// Sends what was lost, then what is new, as far as the window reaches.
static void fill_window(struct transfer *transfer, uint64_t now) {
  for (uint32_t index = transfer->acknowledged;
       transfer->lost > 0 && transfer->in_flight < transfer->window; index++)
    if (*fate_of(transfer, index) == LOST) send_segment(transfer, index, SENT_AGAIN, now);
  while (transfer->in_flight < transfer->window && transfer->next < transfer->segments &&
         transfer->next - transfer->acknowledged < MOST_IN_FLIGHT)
    send_segment(transfer, transfer->next++, SENT, now);
}

static void note_taken(struct transfer *transfer, const struct segment *segment) {
  for (unsigned block = 0; block < segment->sack_count; block++) {
    const struct sack_block sack = segment->sack[block];
    if ((int32_t)(sack.left - segment->acknowledgment) < 0) continue;  // RFC 2883
    const uint32_t right = index_of(transfer, sack.right);
    for (uint32_t index = index_of(transfer, sack.left); index < right; index++)
      if (index >= transfer->acknowledged) settle(transfer, index, TAKEN);
    if (right > transfer->highest_taken) transfer->highest_taken = right;
  }
}

// A segment is lost when three behind it were taken.
static bool find_lost(struct transfer *transfer) {
  bool found = false;
  for (uint32_t index = transfer->acknowledged; index + 3 < transfer->highest_taken; index++) {
    if (*fate_of(transfer, index) != SENT) continue;
    settle(transfer, index, LOST);
    found = true;
  }
  return found;
}

static void grow_window(struct transfer *transfer, uint32_t count) {
  if (transfer->acknowledged < transfer->recovery_end) return;
  if (transfer->window < transfer->threshold) {
    transfer->window += count;
    return;
  }
  transfer->grown += count;
  if (transfer->grown < transfer->window) return;
  transfer->grown = 0;
  transfer->window++;
}

static void shrink_window(struct transfer *transfer, uint32_t window) {
  transfer->threshold = transfer->window * 7 / 10;
  if (transfer->threshold < 2) transfer->threshold = 2;
  transfer->window = window ? window : transfer->threshold;
  transfer->recovery_end = transfer->next;
}

void hear_acknowledgment(struct transfer *transfer, const struct segment *segment,
                         uint64_t now) {
  const uint32_t acknowledged = index_of(transfer, segment->acknowledgment);
  const uint32_t count = acknowledged - transfer->acknowledged;
  for (uint32_t index = transfer->acknowledged; index < acknowledged; index++)
    settle(transfer, index, UNKNOWN);
  transfer->acknowledged = acknowledged;
  if (count > 0) {
    transfer->timer_start = now;
    transfer->expiries = 0;
    grow_window(transfer, count);
  }
  note_taken(transfer, segment);
  if (find_lost(transfer) && acknowledged >= transfer->recovery_end) shrink_window(transfer, 0);
  fill_window(transfer, now);
}

static uint64_t timeout(const struct transfer *transfer) {
  const uint64_t round_trip = 2 * transfer->distance + transfer->queue_room;
  return (200 * MILLISECOND + round_trip) << transfer->expiries;
}

static void start_timer(struct transfer *transfer) {
  schedule(transfer, transfer->timer_start + timeout(transfer))->kind = TIMEOUT;
}

void begin_sending(struct transfer *transfer, uint64_t now) {
  transfer->window = 10;  // RFC 6928
  // Slow start ends where the link and its queue are full (HyStart, RFC 9406).
  transfer->threshold =
      (uint32_t)((2 * transfer->distance + transfer->queue_room) / transfer->link_time) + 2;
  transfer->timer_start = now;
  fill_window(transfer, now);
  start_timer(transfer);
}

void check_timer(struct transfer *transfer, uint64_t now) {
  if (transfer->acknowledged == transfer->segments) return;
  if (now >= transfer->timer_start + timeout(transfer)) {
    for (uint32_t index = transfer->acknowledged; index < transfer->next; index++)
      if (*fate_of(transfer, index) != TAKEN) settle(transfer, index, LOST);
    shrink_window(transfer, 1);
    transfer->timer_start = now;
    if (transfer->expiries < 8) transfer->expiries++;
    fill_window(transfer, now);
  }
  start_timer(transfer);
}
