// Many short UDP conversations: names and times asked for, messages one way, some longer
// exchanges under encryption.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "captures.h"
#include "hosts.h"
#include "queue.h"

static const uint32_t flows = 456806;
static const uint64_t gap = 219 * MICROSECOND;  // 100 s in all

enum kind { NAME, CLOCK, MESSAGE, ENCRYPTED };
enum { MOST_DATAGRAMS = 24 };

struct datagram {
  uint64_t time;
  uint16_t length;  // of what is encrypted
  uint8_t from;
};

struct flow {
  struct pair pair;
  enum kind kind;
  uint32_t tag;  // what makes the contents this flow's own
  unsigned count, next;
  struct datagram datagrams[MOST_DATAGRAMS];
};

static void add(struct flow *flow, uint64_t time, unsigned from, unsigned length) {
  flow->datagrams[flow->count++] =
      (struct datagram){.time = time, .length = (uint16_t)length, .from = (uint8_t)from};
}

static uint64_t round_trip(struct random *random) {
  return between(random, 200, 40000) * MICROSECOND;
}

// A name server that may need asking twice, or never answers.
static void plan_name(struct flow *flow, uint64_t now, struct random *random) {
  const uint32_t fate = below(random, 100);
  add(flow, now, CLIENT, 0);
  if (fate >= 90) add(flow, now += 5 * SECOND, CLIENT, 0);
  if (fate >= 96) add(flow, now += 5 * SECOND, CLIENT, 0);
  else add(flow, now + round_trip(random), SERVER, 0);
}

static void plan_clock(struct flow *flow, uint64_t now, struct random *random) {
  add(flow, now, CLIENT, 0);
  if (!chance(random, 100)) add(flow, now + round_trip(random), SERVER, 0);
}

static void plan_messages(struct flow *flow, uint64_t now, struct random *random) {
  for (uint32_t count = between(random, 1, 3); count > 0; count--) {
    add(flow, now, CLIENT, 0);
    now += between(random, 1, 3000) * MILLISECOND;
  }
}

static void plan_encrypted(struct flow *flow, uint64_t now, struct random *random) {
  const uint64_t there_and_back = round_trip(random);
  unsigned from = CLIENT;
  for (uint32_t count = between(random, 5, MOST_DATAGRAMS); count > 0; count--) {
    add(flow, now, from, from == CLIENT ? between(random, 30, 120) : between(random, 60, 700));
    const bool turns = chance(random, 500);
    now += turns ? there_and_back / 2 : between(random, 10, 400) * MICROSECOND;
    if (turns) from = !from;
  }
}

static struct flow *begin(struct hosts *hosts, uint64_t now, struct random *random) {
  static const struct {
    uint32_t share, server, servers;
    uint16_t port;
    void (*plan)(struct flow *flow, uint64_t now, struct random *random);
  } kinds[] = {
      [NAME] = {600, 0xc0000235, 4, 53, plan_name},         // 192.0.2.53
      [CLOCK] = {120, 0xc000027b, 8, 123, plan_clock},      // 192.0.2.123
      [MESSAGE] = {180, 0xc000020e, 2, 514, plan_messages},  // 192.0.2.14
      [ENCRYPTED] = {100, 0xc6336414, 100, 443, plan_encrypted},  // 198.51.100.20
  };
  struct flow *flow = calloc(1, sizeof *flow);
  if (!flow) fail("calloc");
  uint32_t lot = below(random, 1000);
  while (lot >= kinds[flow->kind].share) lot -= kinds[flow->kind++].share;
  const uint32_t server = kinds[flow->kind].server + below(random, kinds[flow->kind].servers);
  flow->pair = new_pair(hosts, random, server, kinds[flow->kind].port);
  flow->tag = (uint32_t)next_random(random);
  kinds[flow->kind].plan(flow, now, random);
  return flow;
}

// A question for an address, or the same with its answer (RFC 1035 §4).
static unsigned put_name(uint8_t *to, const struct flow *flow, bool answer) {
  static const uint8_t question_end[] = {7, 'e', 'x', 'a', 'm', 'p', 'l', 'e', 3, 'c', 'o', 'm',
                                         0, 0,   1,   0,   1};
  static const uint8_t record[] = {0xc0, 12, 0, 1, 0, 1, 0, 0, 1, 44, 0, 4};
  const uint8_t header[12] = {(uint8_t)(flow->tag >> 8), (uint8_t)flow->tag, answer ? 0x81 : 1,
                              answer ? 0x80 : 0, 0, 1, 0, answer};
  memcpy(to, header, 12);
  char label[16];
  unsigned length = (unsigned)snprintf(label, sizeof label, "host%u", flow->tag % 1000000);
  to[12] = (uint8_t)length;
  memcpy(to + 13, label, length);
  length += 13;
  memcpy(to + length, question_end, sizeof question_end);
  length += sizeof question_end;
  if (!answer) return length;
  memcpy(to + length, record, sizeof record);
  memcpy(to + length + sizeof record, &flow->tag, 4);
  return length + sizeof record + 4;
}

// Version 4 from client and server (RFC 5905 §7.3), with the tag for a time.
static unsigned put_clock(uint8_t *to, const struct flow *flow, bool answer) {
  memset(to, 0, 48);
  to[0] = answer ? 0x24 : 0x23;
  if (answer) memcpy(to + 1, (const uint8_t[]){2, 6, 0xe8}, 3);
  memcpy(to + (answer ? 24 : 40), &flow->tag, 4);
  if (answer) memcpy(to + 32, &flow->tag, 4), memcpy(to + 40, &flow->tag, 4);
  return 48;
}

static unsigned put_contents(uint8_t *to, const struct flow *flow,
                             const struct datagram *datagram) {
  switch (flow->kind) {
  case NAME: return put_name(to, flow, datagram->from == SERVER);
  case CLOCK: return put_clock(to, flow, datagram->from == SERVER);
  case MESSAGE:
    return (unsigned)snprintf((char *)to, 256,
                              "<134>Jan  1 00:00:00 host%u app[%u]: job %u of queue %u is done "
                              "after %u ms, %u left", flow->tag % 977, flow->tag % 30011,
                              flow->tag % 1000003, flow->tag % 13, flow->tag % 2003, flow->next);
  case ENCRYPTED:
    break;
  }
  for (unsigned at = 0; at < datagram->length; at += 8) {
    const uint64_t noise = mix((uint64_t)flow->tag << 32 | flow->next << 16 | at) &
                           0x7f7f7f7f7f7f7f7f;  // some protocols are guessed by the high bits
    memcpy(to + at, &noise, 8);
  }
  to[0] |= 0x40;  // the short header of QUIC (RFC 9000 §17.3)
  return datagram->length;
}

static void write_next(struct queue *queue) {
  struct flow *flow = take(queue);
  const struct datagram *datagram = &flow->datagrams[flow->next];
  uint8_t contents[MAXIMUM_PAYLOAD + 8];
  const unsigned length = put_contents(contents, flow, datagram);
  write_udp(&flow->pair, datagram->time, datagram->from,
            (uint16_t)(flow->tag + 7919 * datagram->from + flow->next), contents, length);
  if (++flow->next < flow->count) put(queue, flow->datagrams[flow->next].time, flow);
  else free(flow);
}

void generate_udp(double scale, uint64_t seed) {
  struct random random = {seed};
  struct hosts hosts = {0};
  struct queue queue = {0};
  uint64_t now = 0;
  for (uint32_t count = (uint32_t)(flows * scale); count > 0; count--) {
    now += below(&random, 2 * gap + 1);
    while (next_time(&queue) < now) write_next(&queue);
    struct flow *flow = begin(&hosts, now, &random);
    put(&queue, flow->datagrams[0].time, flow);
  }
  while (queue.count) write_next(&queue);
  free(queue.entries);
}
