// Writes a capture of one kind: generate KIND FILE SCALE SEED
//                                generate headers FILE CAPTURE...
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "captures.h"
#include "wire.h"

static const struct {
  const char *name;
  void (*generate)(double scale, uint64_t seed);
} kinds[] = {
    {"short", generate_short},
    {"udp", generate_udp},
    {"bulk", generate_bulk},
    {"synflood", generate_synflood},
};

static int usage(void) {
  fputs("usage: generate short|udp|bulk|synflood FILE SCALE SEED\n"
        "       generate headers FILE CAPTURE...\n", stderr);
  return 2;
}

int main(int count, char *arguments[]) {
  if (count >= 4 && strcmp(arguments[1], "headers") == 0) {
    open_capture(arguments[2], 96);
    merge_captures(arguments + 3, (unsigned)count - 3, 96);
    close_capture();
    return 0;
  }
  if (count != 5) return usage();
  const double scale = strtod(arguments[3], NULL);
  if (!(scale > 0 && scale <= 100)) return usage();
  for (size_t kind = 0; kind < sizeof kinds / sizeof *kinds; kind++) {
    if (strcmp(arguments[1], kinds[kind].name) != 0) continue;
    open_capture(arguments[2], 262144);
    kinds[kind].generate(scale, strtoull(arguments[4], NULL, 10));
    close_capture();
    return 0;
  }
  return usage();
}
