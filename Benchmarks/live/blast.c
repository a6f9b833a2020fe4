// Sends frames into a veth interface as fast as one core can: blast [OPTION...] INTERFACE udp|tcp
//
// udp: datagrams of 64-byte frames (60 without the checksum that a network card adds).
// tcp: short connections, each of ten segments and on a port of its own, 64 of them at a time.
//
// It refuses every interface but a veth: a flood belongs into a network namespace.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/ethtool.h>
#include <linux/if_packet.h>
#include <linux/sockios.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
  BATCH = 64,  // frames in one call
  MOST_FLOWS = 1 << 20,
  UDP_FRAME = 60,
  REQUEST = 120,  // bytes of payload
  RESPONSE = 480,
  TCP_FRAME = 14 + 20 + 20 + RESPONSE,
};

struct options {
  double seconds, rate;
  uint64_t packets;
  uint32_t flows;
};

static void fail(const char *what) {
  fprintf(stderr, "blast: %s: %s\n", what, strerror(errno));
  exit(1);
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

// Frames

static void put16(uint8_t *to, uint32_t value) {
  to[0] = (uint8_t)(value >> 8);
  to[1] = (uint8_t)value;
}

static void put32(uint8_t *to, uint32_t value) {
  put16(to, value >> 16);
  put16(to + 2, value);
}

// The Internet checksum (RFC 1071) of an even number of bytes, on top of an earlier sum.
static uint32_t sum(uint32_t sum, const uint8_t *bytes, unsigned count) {
  for (unsigned at = 0; at < count; at += 2) sum += (uint32_t)(bytes[at] << 8 | bytes[at + 1]);
  return sum;
}

static void put_checksum(uint8_t *to, uint32_t sum) {
  while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
  put16(to, ~sum);
}

// Puts Ethernet and IPv4 headers; returns the sum of the pseudo header (RFC 9293 §3.1).
static uint32_t put_network(uint8_t *frame, bool from_server, uint32_t client, uint32_t server,
                            uint8_t protocol, unsigned length) {
  static const uint8_t hardware[2][6] = {{2, 0, 0, 0, 0, 1}, {2, 0, 0, 0, 0, 2}};
  memcpy(frame, hardware[!from_server], 6);
  memcpy(frame + 6, hardware[from_server], 6);
  put16(frame + 12, ETHERTYPE_IP);
  uint8_t *ip = frame + 14;
  put32(ip, 0x45u << 24 | (20 + length));
  put32(ip + 4, 0x4000);  // don't fragment
  put32(ip + 8, 64u << 24 | (uint32_t)protocol << 16);
  put32(ip + 12, from_server ? server : client);
  put32(ip + 16, from_server ? client : server);
  put_checksum(ip + 10, sum(0, ip, 20));
  return sum(protocol + length, ip + 12, 8);
}

static void put_datagram(uint8_t *frame, uint32_t flow) {
  const unsigned length = UDP_FRAME - 14 - 20;
  uint8_t *udp = frame + 34;
  memset(frame, 'x', UDP_FRAME);
  put16(udp, 1024 + flow % 60000);
  put16(udp + 2, 9999);
  put16(udp + 4, length);
  put16(udp + 6, 0);
  const uint32_t pseudo =
      put_network(frame, false, 0x0a000001 + flow / 60000, 0x0aff0001, IPPROTO_UDP, length);
  put_checksum(udp + 6, sum(pseudo, udp, length));
}

// One step in the life of a connection; what it acknowledges is counted from the first byte.
struct step {
  bool from_server;
  uint8_t flags;
  uint16_t sequence, acknowledged, payload;
};

enum { FIN = 1, SYN = 2, PSH = 8, ACK = 16 };

static const struct step steps[] = {
    {false, SYN, 0, 0, 0},
    {true, SYN | ACK, 0, 1, 0},
    {false, ACK, 1, 1, 0},
    {false, PSH | ACK, 1, 1, REQUEST},
    {true, PSH | ACK, 1, 1 + REQUEST, RESPONSE},
    {false, ACK, 1 + REQUEST, 1 + RESPONSE, 0},
    {false, FIN | ACK, 1 + REQUEST, 1 + RESPONSE, 0},
    {true, ACK, 1 + RESPONSE, 2 + REQUEST, 0},
    {true, FIN | ACK, 1 + RESPONSE, 2 + REQUEST, 0},
    {false, ACK, 2 + REQUEST, 2 + RESPONSE, 0},
};

enum { STEPS = sizeof steps / sizeof *steps };

// Puts the segment of a step; returns the frame's length. The payload is zeros, so that it adds
// nothing to the checksum and never changes.
static unsigned put_segment(uint8_t *frame, const struct step *step, uint32_t connection) {
  static const uint8_t syn_options[] = {2, 4, 5, 180, 1, 1, 4, 2, 1, 3, 3, 7};
  const unsigned header = 20 + (step->flags & SYN ? sizeof syn_options : 0);
  // A multiplier of Knuth's spreads the initial numbers, as RFC 6528 wants them spread.
  const uint32_t initial[2] = {connection * 2654435761u, ~connection * 2246822519u};
  const uint32_t port = 1024 + connection % 60000;
  uint8_t *tcp = frame + 34;
  put16(tcp, step->from_server ? 80 : port);
  put16(tcp + 2, step->from_server ? port : 80);
  put32(tcp + 4, initial[step->from_server] + step->sequence);
  put32(tcp + 8, step->flags & ACK ? initial[!step->from_server] + step->acknowledged : 0);
  put32(tcp + 12, header / 4 << 28 | (uint32_t)step->flags << 16 | 64240);
  put32(tcp + 16, 0);
  memset(tcp + 20, 0, sizeof syn_options);  // those of the SYN that was here before
  if (step->flags & SYN) memcpy(tcp + 20, syn_options, sizeof syn_options);
  const uint32_t pseudo =
      put_network(frame, step->from_server, 0x0a000001 + connection / 60000, 0x0aff0001,
                  IPPROTO_TCP, header + step->payload);
  put_checksum(tcp + 16, sum(pseudo, tcp, header));
  return 34 + header + step->payload;
}

// Sending

static int interface_socket;
static struct iovec parts[BATCH];
static struct mmsghdr messages[BATCH];
static uint64_t sent_packets, sent_bytes, refusals;

static void open_interface(const char *name) {
  interface_socket = socket(AF_PACKET, SOCK_RAW, 0);  // 0: it receives nothing
  if (interface_socket < 0) fail("socket");
  struct ethtool_drvinfo driver = {.cmd = ETHTOOL_GDRVINFO};
  struct ifreq request = {.ifr_data = (void *)&driver};
  snprintf(request.ifr_name, sizeof request.ifr_name, "%s", name);
  if (ioctl(interface_socket, SIOCETHTOOL, &request) < 0) fail(name);
  if (strcmp(driver.driver, "veth") != 0) {
    fprintf(stderr, "blast: %s is no veth interface: choose one in a network namespace\n", name);
    exit(2);
  }
  const int yes = 1;
  setsockopt(interface_socket, SOL_PACKET, PACKET_QDISC_BYPASS, &yes, sizeof yes);
  struct sockaddr_ll address = {.sll_family = AF_PACKET, .sll_ifindex = (int)if_nametoindex(name)};
  if (bind(interface_socket, (struct sockaddr *)&address, sizeof address) < 0) fail(name);
  for (int at = 0; at < BATCH; at++)
    messages[at].msg_hdr = (struct msghdr){.msg_iov = &parts[at], .msg_iovlen = 1};
}

static void send_batch(unsigned count) {
  for (unsigned done = 0; done < count;) {
    const int taken = sendmmsg(interface_socket, messages + done, count - done, 0);
    if (taken > 0) {
      done += (unsigned)taken;
    } else if (errno == ENOBUFS || errno == EAGAIN || errno == EINTR) {
      refusals++;
    } else {
      fail("sendmmsg");
    }
  }
  sent_packets += count;
  for (unsigned at = 0; at < count; at++) sent_bytes += parts[at].iov_len;
}

// Waits until the packets that follow are due. Returns whether the time is not over.
static bool may_go_on(const struct options *options, double start) {
  double time = now();
  if (options->rate > 0) {
    const double due = start + (double)sent_packets / options->rate;
    if (due > time) {
      usleep((useconds_t)((due - time) * 1e6));
      time = now();
    }
  }
  return time - start < options->seconds;
}

// At a given rate about a thousand batches a second: the fewer packets, the finer the grain.
static unsigned batch_size(const struct options *options, uint64_t left) {
  uint64_t size = BATCH;
  if (options->rate > 0 && options->rate / 1000 < BATCH) size = (uint64_t)(options->rate / 1000);
  if (size < 1) size = 1;
  return (unsigned)(left < size ? left : size);
}

static void send_datagrams(const struct options *options, double start) {
  uint8_t(*frames)[UDP_FRAME] = calloc(options->flows, UDP_FRAME);
  if (!frames) fail("calloc");
  for (uint32_t flow = 0; flow < options->flows; flow++) put_datagram(frames[flow], flow);
  uint32_t flow = 0;
  while (sent_packets < options->packets && may_go_on(options, start)) {
    const unsigned count = batch_size(options, options->packets - sent_packets);
    for (unsigned at = 0; at < count; at++) {
      parts[at] = (struct iovec){frames[flow], UDP_FRAME};
      if (++flow == options->flows) flow = 0;
    }
    send_batch(count);
  }
  free(frames);
}

// Whole connections only: a number of packets is rounded up.
static void send_connections(const struct options *options, double start) {
  static uint8_t frames[BATCH][TCP_FRAME];
  const uint64_t most = options->packets / STEPS + (options->packets % STEPS != 0);
  for (uint64_t first = 0; first < most && may_go_on(options, start);) {
    const unsigned count = batch_size(options, most - first);
    for (unsigned step = 0; step < STEPS; step++) {
      for (unsigned at = 0; at < count; at++) {
        const unsigned length = put_segment(frames[at], &steps[step], (uint32_t)(first + at));
        parts[at] = (struct iovec){frames[at], length};
      }
      if (step > 0) may_go_on(options, start);
      send_batch(count);
    }
    first += count;
  }
}

static void usage(void) {
  fputs(
      "usage: blast [-s SECONDS] [-n PACKETS] [-r RATE] [-f FLOWS] INTERFACE udp|tcp\n"
      "  -s SECONDS  send no longer than that (5, at most 3600)\n"
      "  -n PACKETS  send no more than that; of tcp, connections are made whole\n"
      "  -r RATE     packets a second (as many as one core can)\n"
      "  -f FLOWS    how many flows of udp take turns (1000)\n",
      stderr);
  exit(2);
}

static double number(const char *text, double least, double most) {
  char *end;
  const double value = strtod(text, &end);
  if (end == text || *end || !(value >= least && value <= most)) usage();
  return value;
}

int main(int count, char *arguments[]) {
  struct options options = {.seconds = 5, .packets = UINT64_MAX, .flows = 1000};
  for (int flag; (flag = getopt(count, arguments, "s:n:r:f:")) != -1;) switch (flag) {
      case 's': options.seconds = number(optarg, 0, 3600); break;
      case 'n': options.packets = (uint64_t)number(optarg, 0, 1e15); break;
      case 'r': options.rate = number(optarg, 1, 1e9); break;
      case 'f': options.flows = (uint32_t)number(optarg, 1, MOST_FLOWS); break;
      default: usage();
    }
  if (count - optind != 2) usage();
  const char *kind = arguments[optind + 1];
  if (strcmp(kind, "udp") != 0 && strcmp(kind, "tcp") != 0) usage();
  open_interface(arguments[optind]);
  const double start = now();
  if (*kind == 'u') {
    send_datagrams(&options, start);
  } else {
    send_connections(&options, start);
  }
  printf("%llu packets, %llu bytes, %.3f s, %llu calls refused\n",
         (unsigned long long)sent_packets, (unsigned long long)sent_bytes, now() - start,
         (unsigned long long)refusals);
  return 0;
}
