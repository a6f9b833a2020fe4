// The script of one TCP connection, as a tap between the two ends sees it.
#ifndef SHORT_H
#define SHORT_H

#include "random.h"
#include "wire.h"

enum { MOST_STEPS = 160 };

enum message { NO_MESSAGE, REQUEST, RESPONSE };

struct step {
  struct segment segment;
  uint32_t message_length;  // of the message that begins with this segment
  uint32_t offset;          // of the payload in the sender's stream
  uint8_t message;
};

struct life {
  struct pair pair;
  unsigned count, next;
  bool is_left_open;
  struct step steps[MOST_STEPS];
};

// Fills in the steps of a life that begins at `now`, sorted by time.
void plan_life(struct life *life, uint64_t now, struct random *random);

#endif
