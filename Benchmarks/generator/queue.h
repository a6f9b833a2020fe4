// A heap of what comes next, the earliest first; of equal times the one that was put first.
#ifndef QUEUE_H
#define QUEUE_H

#include <stdint.h>

struct entry {
  uint64_t time, order;
  void *what;
};

struct queue {
  struct entry *entries;
  uint64_t count, room, order;
};

void put(struct queue *queue, uint64_t time, void *what);
void *take(struct queue *queue);
// When the next one is due; the end of time if there is none.
uint64_t next_time(const struct queue *queue);

#endif
