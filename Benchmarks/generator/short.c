// Hundreds of thousands of TCP connections with whole lives, a quarter of them on the ports of
// connections before them.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "captures.h"
#include "hosts.h"
#include "queue.h"
#include "short.h"

static const uint32_t connections = 400419;
static const uint32_t reuses_per_mille = 256;
static const uint64_t gap = 250 * MICROSECOND;           // 100 s in all
static const uint64_t shortest_pause = 1100 * MILLISECOND;  // before a port is taken again

struct closed { struct pair pair; uint64_t time; };

struct traffic {
  struct random random;
  struct hosts hosts;
  struct queue queue;
  struct closed *closed;  // in the order of their ends
  uint32_t first_closed, closed_count;
};

static uint8_t text[1 << 16];

static void make_text(struct random *random) {
  for (size_t at = 0; at < sizeof text; at++)
    text[at] = chance(random, 30) ? '\n' : (uint8_t)between(random, 'a', 'z');
}

// The beginning of a message: of HTTP, or of a record of TLS (RFC 8446 §5.1).
static unsigned put_beginning(char *to, const struct life *life, const struct step *step) {
  const uint32_t length = step->message_length;
  if (life->pair.port[SERVER] == 443) {
    const uint32_t rest = length - 5;
    memcpy(to, (const uint8_t[]){23, 3, 3, (uint8_t)(rest >> 8), (uint8_t)rest}, 5);
    return 5;
  }
  if (step->message == REQUEST)
    return (unsigned)sprintf(to, "GET /%08x HTTP/1.1\r\nHost: www.example.com\r\nCookie: id=",
                             step->segment.sequence);
  const unsigned head = (unsigned)sizeof "HTTP/1.1 200 OK\r\nContent-Length: 00000\r\n\r\n" - 1;
  return (unsigned)sprintf(to, "HTTP/1.1 200 OK\r\nContent-Length: %05u\r\n\r\n", length - head);
}

static void write_next(struct traffic *traffic) {
  struct life *life = take(&traffic->queue);
  const struct step *step = &life->steps[life->next++];
  const unsigned length = step->segment.length;
  uint8_t payload[MAXIMUM_PAYLOAD];
  if (length) {
    const uint32_t place = (life->pair.port[CLIENT] * 31u + step->offset) % (1 << 15);
    memcpy(payload, text + place, length);
    char beginning[128];
    if (step->message != NO_MESSAGE) {
      memcpy(payload, beginning, put_beginning(beginning, life, step));
      if (step->message == REQUEST && life->pair.port[SERVER] != 443)
        for (uint8_t *end = payload + length - 4, *at = payload + 62; at < end; at++)
          if (*at == '\n') *at = 'n';  // the cookie is one line
      if (step->message == REQUEST) memcpy(payload + length - 4, "\r\n\r\n", 4);
    }
  }
  write_tcp(&life->pair, &step->segment, payload);
  if (life->next < life->count) {
    put(&traffic->queue, life->steps[life->next].segment.time, life);
    return;
  }
  if (!life->is_left_open)
    traffic->closed[traffic->closed_count++] =
        (struct closed){life->pair, step->segment.time};
  free(life);
}

static struct pair choose_pair(struct traffic *traffic, uint64_t now) {
  static const uint16_t ports[] = {80, 80, 443, 443, 443, 443, 8080, 3000};
  struct random *random = &traffic->random;
  const struct closed *oldest = &traffic->closed[traffic->first_closed];
  if (chance(random, reuses_per_mille) && traffic->first_closed < traffic->closed_count &&
      oldest->time + shortest_pause < now)
    return traffic->closed[traffic->first_closed++].pair;
  return new_pair(&traffic->hosts, random, 0xc6336450 + below(random, 60),  // 198.51.100.80
                  ports[below(random, 8)]);
}

void generate_short(double scale, uint64_t seed) {
  struct traffic traffic = {.random = {seed}};
  const uint32_t count = (uint32_t)(connections * scale);
  traffic.closed = malloc((count + 1) * sizeof *traffic.closed);
  if (!traffic.closed) fail("malloc");
  make_text(&traffic.random);
  uint64_t now = 0;
  for (uint32_t index = 0; index < count; index++) {
    now += below(&traffic.random, 2 * gap + 1);
    while (next_time(&traffic.queue) < now) write_next(&traffic);
    struct life *life = malloc(sizeof *life);
    if (!life) fail("malloc");
    life->pair = choose_pair(&traffic, now);
    life->count = life->next = 0;
    life->is_left_open = false;
    plan_life(life, now, &traffic.random);
    put(&traffic.queue, life->steps[0].segment.time, life);
  }
  while (traffic.queue.count) write_next(&traffic);
  free(traffic.queue.entries);
  free(traffic.closed);
}
