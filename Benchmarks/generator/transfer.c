#include <stdlib.h>
#include <string.h>

#include "bulk.h"

// Noise without the high bits, which some protocols are guessed by.
static uint8_t contents[(1 << 16) + SEGMENT];

// A place in the noise by the sequence number, so that a segment sent again is the same.
static const uint8_t *payload_of(const struct segment *segment) {
  if (contents[0] == 0)
    for (uint32_t at = 0; at < sizeof contents; at++)
      contents[at] = (uint8_t)(mix(at + 1) % 127 + 1);
  return contents + segment->sequence % (1 << 16);
}

static void capture(const struct transfer *transfer, struct segment segment, uint64_t now) {
  segment.time = now;
  write_tcp(&transfer->pair, &segment, payload_of(&segment));
}

struct event *schedule(struct transfer *transfer, uint64_t time) {
  struct event *event = calloc(1, sizeof *event);
  if (!event) fail("calloc");
  event->transfer = transfer;
  put(transfer->queue, time, event);
  return event;
}

// When data leaves the link, or zero if it is lost: at random, or because the queue is full.
static uint64_t pass_link(struct transfer *transfer, uint64_t now) {
  const uint64_t start = now > transfer->link_free ? now : transfer->link_free;
  if (start - now > transfer->queue_room || below(transfer->random, 6000) == 0) return 0;
  return transfer->link_free = start + transfer->link_time;
}

void transmit(struct transfer *transfer, struct segment segment, uint64_t now) {
  const unsigned from = segment.from;
  segment.clock = transfer->first_sequence[!from] / 3 + (uint32_t)(now / MILLISECOND);
  segment.echo = transfer->echo[from];
  segment.options = LINUX_OPTIONS;
  segment.identification = transfer->identification[from]++;
  if (segment.window == 0) segment.window = from == CLIENT ? 502 : 24576;
  if (transfer->tap == from) capture(transfer, segment, now);
  const uint64_t sent = segment.length ? pass_link(transfer, now) : now;
  if (sent) schedule(transfer, sent + transfer->distance)->segment = segment;
}

static void send_flags(struct transfer *transfer, unsigned from, unsigned flags,
                       uint32_t sequence, uint32_t acknowledgment, uint64_t now) {
  transmit(transfer, (struct segment){
      .sequence = sequence, .acknowledgment = acknowledgment, .flags = (uint8_t)flags,
      .from = (uint8_t)from, .window = flags & SYN ? 64240 : 0}, now);
}

static void arrive_at_server(struct transfer *transfer, const struct segment *segment,
                             uint64_t now) {
  const uint32_t own = transfer->first_sequence[SERVER], next = segment->sequence + 1;
  if (segment->length) {
    receive_data(transfer, segment, now);
    return;
  }
  if ((segment->flags & (SYN | FIN)) == 0) return;
  transfer->echo[SERVER] = segment->clock;
  if (segment->flags & SYN) send_flags(transfer, SERVER, SYN | ACK, own, next, now);
  else send_flags(transfer, SERVER, FIN | ACK, own + 1, next, now);
}

static void arrive_at_client(struct transfer *transfer, const struct segment *segment,
                             uint64_t now) {
  transfer->echo[CLIENT] = segment->clock;
  if ((segment->flags & (SYN | FIN)) == 0) {
    const uint32_t before = transfer->acknowledged;
    hear_acknowledgment(transfer, segment, now);
    if (transfer->acknowledged == transfer->segments && before != transfer->segments)
      send_flags(transfer, CLIENT, FIN | ACK, segment->acknowledgment,
                 transfer->first_sequence[SERVER] + 1, now);
    return;
  }
  send_flags(transfer, CLIENT, ACK, segment->acknowledgment, segment->sequence + 1, now);
  if (segment->flags & SYN) begin_sending(transfer, now);
}

void begin_transfer(struct transfer *transfer, uint64_t start) {
  for (unsigned end = CLIENT; end <= SERVER; end++) {
    transfer->first_sequence[end] = (uint32_t)next_random(transfer->random);
    transfer->identification[end] = (uint16_t)next_random(transfer->random);
  }
  schedule(transfer, start)->kind = BEGINNING;
}

void happen(const struct event *event, uint64_t now) {
  struct transfer *transfer = event->transfer;
  switch (event->kind) {
  case BEGINNING:
    send_flags(transfer, CLIENT, SYN, transfer->first_sequence[CLIENT], 0, now);
    break;
  case TIMEOUT:
    check_timer(transfer, now);
    break;
  case DELAYED_ACKNOWLEDGMENT:
    if (event->number == transfer->acknowledgments) send_acknowledgment(transfer, now);
    break;
  case ARRIVAL:
    if (event->segment.from != transfer->tap) capture(transfer, event->segment, now);
    if (event->segment.from == CLIENT) arrive_at_server(transfer, &event->segment, now);
    else arrive_at_client(transfer, &event->segment, now);
    break;
  }
}
