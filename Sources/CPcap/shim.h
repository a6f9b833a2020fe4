#ifndef SYNFIN_CPCAP_SHIM_H
#define SYNFIN_CPCAP_SHIM_H

#include <pcap/pcap.h>

#endif
