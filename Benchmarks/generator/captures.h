// One function for each kind of capture; all write to the capture that is open.
#ifndef CAPTURES_H
#define CAPTURES_H

#include <stdint.h>

void generate_short(double scale, uint64_t seed);
void generate_udp(double scale, uint64_t seed);
void generate_bulk(double scale, uint64_t seed);
void generate_synflood(double scale, uint64_t seed);
// The packets of several captures by time, each cut to `snap_length` bytes.
void merge_captures(char *const paths[], unsigned count, uint32_t snap_length);

#endif
