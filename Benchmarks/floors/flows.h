// Packets per flow in a hash table with open addressing. A flow is both directions of a TCP or
// UDP conversation over IPv4 or IPv6 in Ethernet. Nothing is checked but the length.
#ifndef FLOWS_H
#define FLOWS_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Both ends of an IPv4 flow in full, the lower one first; of an IPv6 flow 128 mixed bits.
struct flow_key { uint64_t low, high; };

struct flow { struct flow_key key; uint64_t packets; };

struct flow_table { struct flow *flows; uint64_t mask, count; };

static inline uint64_t mix_bits(uint64_t value) {
  value = (value ^ (value >> 32)) * 0x9fb21c651e98df25u;
  return value ^ (value >> 28);
}

static inline uint64_t hash_of(struct flow_key key) {
  return mix_bits(key.low * 0x9e3779b97f4a7c15u ^ mix_bits(key.high));
}

static inline uint64_t ipv6_end(const uint8_t *address, uint64_t port) {
  uint64_t words[2];
  memcpy(words, address, 16);
  return mix_bits(mix_bits(words[0] + port) + words[1]);
}

// False if the packet is neither TCP nor UDP.
static inline int find_key(const uint8_t *packet, uint32_t length, struct flow_key *key) {
  if (length < 42) return 0;
  uint64_t one, other;
  uint8_t protocol;
  if (packet[12] == 0x08 && packet[13] == 0x00) {
    const uint32_t ports_at = 14 + 4 * (packet[14] & 15u);
    protocol = packet[23];
    if (length < ports_at + 4) return 0;
    uint32_t addresses[2];
    uint16_t ports[2];
    memcpy(addresses, packet + 26, 8);
    memcpy(ports, packet + ports_at, 4);
    one = (uint64_t)addresses[0] << 16 | ports[0];
    other = (uint64_t)addresses[1] << 16 | ports[1];
  } else if (packet[12] == 0x86 && packet[13] == 0xdd && length >= 58) {
    uint16_t ports[2];
    memcpy(ports, packet + 54, 4);
    protocol = packet[20];
    one = ipv6_end(packet + 22, ports[0]);
    other = ipv6_end(packet + 38, ports[1]);
  } else {
    return 0;
  }
  if (protocol != 6 && protocol != 17) return 0;
  *key = one < other ? (struct flow_key){one, other} : (struct flow_key){other, one};
  key->high ^= (uint64_t)protocol << 56;
  return 1;
}

static inline void make_room(struct flow_table *table, uint64_t room) {
  const struct flow_table old = *table;
  table->mask = room - 1;
  table->flows = calloc(room, sizeof *table->flows);
  if (!table->flows) {
    perror("calloc");
    exit(1);
  }
  for (uint64_t index = 0; old.flows && index <= old.mask; index++) {
    if (old.flows[index].packets == 0) continue;
    uint64_t place = hash_of(old.flows[index].key) & table->mask;
    while (table->flows[place].packets) place = (place + 1) & table->mask;
    table->flows[place] = old.flows[index];
  }
  free(old.flows);
}

static inline void count_packet(struct flow_table *table, struct flow_key key, uint64_t hash) {
  uint64_t place = hash & table->mask;
  struct flow *flow;
  while ((flow = &table->flows[place])->packets) {
    if (flow->key.low == key.low && flow->key.high == key.high) {
      flow->packets++;
      return;
    }
    place = (place + 1) & table->mask;
  }
  *flow = (struct flow){key, 1};
  if (++table->count * 2 > table->mask) make_room(table, (table->mask + 1) * 2);
}

#endif
