#include "wire.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// 2026-01-01 00:00:00 UTC: fixed, so that two runs make the same bytes.
static const uint32_t first_second = 1767225600;

static uint8_t buffer[1 << 20];
static size_t used;
static int file = -1;

void fail(const char *what) {
  perror(what);
  exit(1);
}

static void flush(void) {
  for (size_t done = 0; done < used;) {
    ssize_t count = write(file, buffer + done, used - done);
    if (count < 0) fail("write");
    done += (size_t)count;
  }
  used = 0;
}

static void append(const void *bytes, size_t count) {
  if (used + count > sizeof buffer) flush();
  memcpy(buffer + used, bytes, count);
  used += count;
}

void open_capture(const char *path, uint32_t snap_length) {
  file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
  if (file < 0) fail(path);
  const uint32_t header[] = {0xa1b2c3d4, 2 | 4 << 16, 0, 0, snap_length, 1};
  append(header, sizeof header);
}

void close_capture(void) {
  flush();
  if (close(file) != 0) fail("close");
}

void write_record(const uint8_t *header, const uint8_t *bytes, uint32_t captured) {
  append(header, 16);
  append(bytes, captured);
}

static void write_packet(uint64_t time, const uint8_t *bytes, uint32_t length) {
  const uint32_t header[] = {first_second + (uint32_t)(time / SECOND),
                             (uint32_t)(time % SECOND / MICROSECOND), length, length};
  write_record((const uint8_t *)header, bytes, length);
}

struct pair ipv4_pair(uint32_t client, uint16_t client_port, uint32_t server,
                      uint16_t server_port) {
  struct pair pair = {.port = {client_port, server_port}};
  const uint32_t addresses[2] = {client, server};
  for (int end = 0; end < 2; end++)
    for (int byte = 0; byte < 4; byte++)
      pair.address[end][byte] = (uint8_t)(addresses[end] >> (24 - 8 * byte));
  return pair;
}

struct pair ipv6_pair(uint32_t client, uint16_t client_port, uint32_t server,
                      uint16_t server_port) {
  struct pair pair = ipv4_pair(client, client_port, server, server_port);
  static const uint8_t documentation[] = {0x20, 0x01, 0x0d, 0xb8};  // RFC 3849
  for (int end = 0; end < 2; end++) {
    memcpy(pair.address[end] + 12, pair.address[end], 4);
    memcpy(pair.address[end], documentation, 4);
  }
  pair.is_ipv6 = true;
  return pair;
}

static void put16(uint8_t *to, uint32_t value) {
  to[0] = (uint8_t)(value >> 8);
  to[1] = (uint8_t)value;
}

static void put32(uint8_t *to, uint32_t value) {
  put16(to, value >> 16);
  put16(to + 2, value);
}

// The one's complement sum in the machine's own byte order (RFC 1071 §2).
static uint64_t sum(uint64_t sum, const uint8_t *bytes, size_t count) {
  uint32_t word;
  for (; count >= 4; bytes += 4, count -= 4) {
    memcpy(&word, bytes, 4);
    sum += word;
  }
  word = 0;
  memcpy(&word, bytes, count);
  return sum + word;
}

static void put_checksum(uint8_t *to, uint64_t sum) {
  while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
  const uint16_t checksum = (uint16_t)~sum;
  memcpy(to, &checksum, 2);
}

static uint64_t pseudo_header_sum(const struct pair *pair, uint8_t protocol, uint32_t length) {
  const size_t size = pair->is_ipv6 ? 16 : 4;
  uint8_t rest[8] = {0, 0, 0, 0, 0, 0, 0, protocol};
  put32(rest, length);
  return sum(sum(sum(0, pair->address[0], size), pair->address[1], size), rest, 8);
}

// Puts the headers of Ethernet and IP in front of a packet; returns their length.
static unsigned put_network(uint8_t *to, const struct pair *pair, unsigned from,
                            uint8_t protocol, uint16_t identification, unsigned length) {
  static const uint8_t hardware[2][6] = {{2, 0, 0, 0, 0, 1}, {2, 0, 0, 0, 0, 2}};
  memcpy(to, hardware[!from], 6);
  memcpy(to + 6, hardware[from], 6);
  uint8_t *ip = to + 14;
  if (pair->is_ipv6) {
    put16(to + 12, 0x86dd);
    put32(ip, 6u << 28);
    put16(ip + 4, length);
    ip[6] = protocol;
    ip[7] = 64;
    memcpy(ip + 8, pair->address[from], 16);
    memcpy(ip + 24, pair->address[!from], 16);
    return 54;
  }
  put16(to + 12, 0x0800);
  put16(ip, 0x4500);
  put16(ip + 2, 20 + length);
  put16(ip + 4, identification);
  put16(ip + 6, 0x4000);  // don't fragment
  put16(ip + 8, 64 << 8 | protocol);
  put16(ip + 10, 0);
  memcpy(ip + 12, pair->address[from], 4);
  memcpy(ip + 16, pair->address[!from], 4);
  put_checksum(ip + 10, sum(0, ip, 20));
  return 34;
}

static unsigned put_syn_options(uint8_t *to, const struct segment *segment,
                                unsigned largest_segment) {
  static const uint8_t with_clock[] = {2, 4, 0, 0, 4, 2, 8, 10, 0, 0, 0, 0, 0, 0, 0, 0, 1, 3, 3, 7};
  static const uint8_t without_clock[] = {2, 4, 0, 0, 1, 3, 3, 8, 1, 1, 4, 2};
  unsigned count = 4;
  if (segment->options == LINUX_OPTIONS) count = sizeof with_clock;
  if (segment->options == NO_TIMESTAMPS) count = sizeof without_clock;
  memcpy(to, segment->options == NO_TIMESTAMPS ? without_clock : with_clock, count);
  put16(to + 2, largest_segment);
  if (segment->options == LINUX_OPTIONS) {
    put32(to + 8, segment->clock);
    put32(to + 12, segment->echo);
  }
  return count;
}

static unsigned put_options(uint8_t *to, const struct segment *segment) {
  unsigned count = 0;
  if (segment->options == LINUX_OPTIONS) {
    put32(to, 0x0101080a);
    put32(to + 4, segment->clock);
    put32(to + 8, segment->echo);
    count = 12;
  }
  if (segment->sack_count == 0) return count;
  put32(to + count, 0x01010500 | (2 + 8u * segment->sack_count));
  count += 4;
  for (unsigned block = 0; block < segment->sack_count; block++, count += 8) {
    put32(to + count, segment->sack[block].left);
    put32(to + count + 4, segment->sack[block].right);
  }
  return count;
}

void write_tcp(const struct pair *pair, const struct segment *segment, const uint8_t *payload) {
  uint8_t packet[54 + 60 + MAXIMUM_PAYLOAD];
  uint8_t *tcp = packet + (pair->is_ipv6 ? 54 : 34);
  unsigned header = 20;
  if (segment->options != NO_OPTIONS)
    header += segment->flags & SYN
                  ? put_syn_options(tcp + 20, segment, pair->is_ipv6 ? 1440 : 1460)
                  : put_options(tcp + 20, segment);
  put16(tcp, pair->port[segment->from]);
  put16(tcp + 2, pair->port[!segment->from]);
  put32(tcp + 4, segment->sequence);
  put32(tcp + 8, segment->acknowledgment);
  put16(tcp + 12, header << 10 | segment->flags);
  put16(tcp + 14, segment->window);
  put32(tcp + 16, 0);
  if (segment->length) memcpy(tcp + header, payload, segment->length);
  const unsigned length = header + segment->length;
  put_checksum(tcp + 16, sum(pseudo_header_sum(pair, 6, length), tcp, length));
  const unsigned network =
      put_network(packet, pair, segment->from, 6, segment->identification, length);
  write_packet(segment->time, packet, network + length);
}

void write_udp(const struct pair *pair, uint64_t time, unsigned from, uint16_t identification,
               const uint8_t *payload, unsigned length) {
  uint8_t packet[54 + 8 + MAXIMUM_PAYLOAD];
  uint8_t *udp = packet + (pair->is_ipv6 ? 54 : 34);
  put16(udp, pair->port[from]);
  put16(udp + 2, pair->port[!from]);
  put16(udp + 4, 8 + length);
  put16(udp + 6, 0);
  memcpy(udp + 8, payload, length);
  put_checksum(udp + 6, sum(pseudo_header_sum(pair, 17, 8 + length), udp, 8 + length));
  if (udp[6] == 0 && udp[7] == 0) put16(udp + 6, 0xffff);  // RFC 768: zero means none
  const unsigned network = put_network(packet, pair, from, 17, identification, 8 + length);
  write_packet(time, packet, network + 8 + length);
}
