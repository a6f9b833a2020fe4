// Packets as they stand on the wire, with right checksums, written to a pcap file.
#ifndef WIRE_H
#define WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FIN = 1, SYN = 2, RST = 4, PSH = 8, ACK = 16 };
enum { CLIENT = 0, SERVER = 1 };
enum { MAXIMUM_PAYLOAD = 1460 };

#define MICROSECOND UINT64_C(1000)
#define MILLISECOND UINT64_C(1000000)
#define SECOND UINT64_C(1000000000)

// The two ends of a conversation; of an IPv4 address the first four bytes count.
struct pair {
  uint8_t address[2][16];
  uint16_t port[2];
  bool is_ipv6;
};

struct sack_block { uint32_t left, right; };

enum options { NO_OPTIONS, MSS_ONLY, LINUX_OPTIONS, NO_TIMESTAMPS };

struct segment {
  uint64_t time;  // nanoseconds since the capture began
  uint32_t sequence, acknowledgment;
  uint32_t clock, echo;  // TSval and TSecr, where `options` is LINUX_OPTIONS
  struct sack_block sack[3];
  uint16_t window, length, identification;
  uint8_t flags, from, sack_count;
  uint8_t options;
};

struct pair ipv4_pair(uint32_t client, uint16_t client_port, uint32_t server,
                      uint16_t server_port);
// The same hosts by addresses of version 6.
struct pair ipv6_pair(uint32_t client, uint16_t client_port, uint32_t server,
                      uint16_t server_port);

void open_capture(const char *path, uint32_t snap_length);
void write_record(const uint8_t *header, const uint8_t *bytes, uint32_t captured);
void write_tcp(const struct pair *pair, const struct segment *segment, const uint8_t *payload);
void write_udp(const struct pair *pair, uint64_t time, unsigned from, uint16_t identification,
               const uint8_t *payload, unsigned length);
void close_capture(void);
void fail(const char *what);

#endif
