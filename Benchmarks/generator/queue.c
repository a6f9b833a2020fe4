#include "queue.h"

#include <stdbool.h>
#include <stdlib.h>

#include "wire.h"

static bool is_before(const struct entry *one, const struct entry *other) {
  if (one->time != other->time) return one->time < other->time;
  return one->order < other->order;
}

uint64_t next_time(const struct queue *queue) {
  return queue->count ? queue->entries[0].time : UINT64_MAX;
}

void put(struct queue *queue, uint64_t time, void *what) {
  if (queue->count == queue->room) {
    queue->room = queue->room ? 2 * queue->room : 1024;
    queue->entries = realloc(queue->entries, queue->room * sizeof *queue->entries);
    if (!queue->entries) fail("realloc");
  }
  const struct entry entry = {time, queue->order++, what};
  uint64_t place = queue->count++;
  while (place > 0 && is_before(&entry, &queue->entries[(place - 1) / 2])) {
    queue->entries[place] = queue->entries[(place - 1) / 2];
    place = (place - 1) / 2;
  }
  queue->entries[place] = entry;
}

void *take(struct queue *queue) {
  void *what = queue->entries[0].what;
  const struct entry last = queue->entries[--queue->count];
  uint64_t place = 0;
  for (;;) {
    uint64_t child = 2 * place + 1;
    if (child >= queue->count) break;
    if (child + 1 < queue->count &&
        is_before(&queue->entries[child + 1], &queue->entries[child]))
      child++;
    if (!is_before(&queue->entries[child], &last)) break;
    queue->entries[place] = queue->entries[child];
    place = child;
  }
  queue->entries[place] = last;
  return what;
}
