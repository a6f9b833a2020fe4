// Packets per flow with libpcap, a lookup for each packet as it comes.
#include <pcap/pcap.h>

#include "flows.h"

static void take(u_char *table, const struct pcap_pkthdr *header, const u_char *bytes) {
  struct flow_key key;
  if (find_key(bytes, header->caplen, &key))
    count_packet((struct flow_table *)table, key, hash_of(key));
}

int main(int count, char *arguments[]) {
  if (count != 2) return 2;
  char error[PCAP_ERRBUF_SIZE];
  pcap_t *capture = pcap_open_offline(arguments[1], error);
  if (!capture) {
    fprintf(stderr, "%s\n", error);
    return 1;
  }
  struct flow_table table = {0};
  make_room(&table, 1 << 16);
  const int result = pcap_loop(capture, -1, take, (u_char *)&table);
  pcap_close(capture);
  printf("%llu flows\n", (unsigned long long)table.count);
  return result != 0;
}
