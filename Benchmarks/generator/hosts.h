// The hosts of a network: clients that take their ports in turn, so that no pair comes twice.
#ifndef HOSTS_H
#define HOSTS_H

#include "random.h"
#include "wire.h"

enum { CLIENTS = 4000, FIRST_PORT = 32768, PORTS = 28232 };  // Linux: ip_local_port_range

struct hosts {
  uint16_t ports_taken[CLIENTS];
};

// A pair that no conversation had before, one in twenty of them by IPv6.
static inline struct pair new_pair(struct hosts *hosts, struct random *random, uint32_t server,
                                   uint16_t server_port) {
  const uint32_t client = below(random, CLIENTS);
  const uint32_t first = (uint32_t)mix(client) % PORTS;
  const uint32_t port = FIRST_PORT + (first + hosts->ports_taken[client]++) % PORTS;
  const uint32_t address = 0x0a010001 + client;  // 10.1.0.1
  return client % 20 == 0 ? ipv6_pair(address, (uint16_t)port, server, server_port)
                          : ipv4_pair(address, (uint16_t)port, server, server_port);
}

#endif
