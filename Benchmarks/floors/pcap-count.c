// What libpcap takes to hand over each packet.
#include <pcap/pcap.h>
#include <stdint.h>
#include <stdio.h>

static void take(u_char *packets, const struct pcap_pkthdr *header, const u_char *bytes) {
  (void)header;
  (void)bytes;
  ++*(uint64_t *)packets;
}

int main(int count, char *arguments[]) {
  if (count != 2) return 2;
  char error[PCAP_ERRBUF_SIZE];
  pcap_t *capture = pcap_open_offline(arguments[1], error);
  if (!capture) {
    fprintf(stderr, "%s\n", error);
    return 1;
  }
  uint64_t packets = 0;
  const int result = pcap_loop(capture, -1, take, (u_char *)&packets);
  pcap_close(capture);
  printf("%llu\n", (unsigned long long)packets);
  return result != 0;
}
