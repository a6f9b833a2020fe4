// One transfer of bulk data from a client to a server, simulated.
#ifndef BULK_H
#define BULK_H

#include "queue.h"
#include "random.h"
#include "wire.h"

enum { TRANSFERS = 9, SEGMENT = 1448, RING = 4096, MOST_IN_FLIGHT = 2048 };

// What the sender believes of a segment.
enum fate { UNKNOWN, SENT, SENT_AGAIN, TAKEN, LOST };

struct transfer {
  struct queue *queue;
  struct random *random;
  struct pair pair;
  unsigned tap;         // the end at which the capture is made
  uint32_t segments;    // to send in all; they are told by their index
  uint64_t link_time;   // that a segment takes on the link
  uint64_t queue_room;  // how long a segment may wait for the link before it is dropped
  uint64_t distance;    // one way, without the queue
  uint64_t link_free;
  uint32_t first_sequence[2];
  uint32_t echo[2];
  uint16_t identification[2];

  // The sender.
  uint32_t acknowledged, next;
  uint32_t in_flight, lost, highest_taken;
  uint32_t window, threshold, grown, recovery_end;
  uint64_t timer_start;
  unsigned expiries;
  uint8_t fates[RING];

  // The receiver.
  uint32_t received, highest_received;
  unsigned unacknowledged;
  uint32_t acknowledgments;
  bool has[RING];
};

// A packet arrives, or if it has no flags: a transfer begins or a timer runs out.
struct event {
  enum { ARRIVAL, BEGINNING, TIMEOUT, DELAYED_ACKNOWLEDGMENT } kind;
  struct transfer *transfer;
  uint32_t number;  // of acknowledgements, when the delay of this one began
  struct segment segment;
};

void begin_transfer(struct transfer *transfer, uint64_t start);
void happen(const struct event *event, uint64_t now);

// The two ends; `transfer.c` carries what they send.
void transmit(struct transfer *transfer, struct segment segment, uint64_t now);
struct event *schedule(struct transfer *transfer, uint64_t time);
void begin_sending(struct transfer *transfer, uint64_t now);
void hear_acknowledgment(struct transfer *transfer, const struct segment *segment, uint64_t now);
void check_timer(struct transfer *transfer, uint64_t now);
void receive_data(struct transfer *transfer, const struct segment *segment, uint64_t now);
void send_acknowledgment(struct transfer *transfer, uint64_t now);

static inline uint32_t sequence_of(const struct transfer *transfer, uint32_t index) {
  return transfer->first_sequence[CLIENT] + 1 + index * SEGMENT;
}

static inline uint32_t index_of(const struct transfer *transfer, uint32_t sequence) {
  return (sequence - transfer->first_sequence[CLIENT] - 1) / SEGMENT;
}

#endif
