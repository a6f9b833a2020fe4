// Reads a classic pcap file of this machine's byte order with read(2), in chunks of 1 MiB.
#ifndef CHUNKS_H
#define CHUNKS_H

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CHUNK = 1 << 20, LONGEST_RECORD = 1 << 19 };

struct chunks {
  int file;
  uint8_t *bytes, *next, *end;
};

static inline void stop(const char *what) {
  perror(what);
  exit(1);
}

// Moves what is left to the front and reads on; false at the end of the file.
static inline int read_on(struct chunks *chunks) {
  const size_t left = (size_t)(chunks->end - chunks->next);
  memmove(chunks->bytes, chunks->next, left);
  const ssize_t count = read(chunks->file, chunks->bytes + left, CHUNK);
  if (count < 0) stop("read");
  chunks->next = chunks->bytes;
  chunks->end = chunks->bytes + left + count;
  return count > 0;
}

static inline struct chunks open_chunks(const char *path) {
  struct chunks chunks = {.file = open(path, O_RDONLY)};
  if (chunks.file < 0) stop(path);
  chunks.bytes = chunks.next = chunks.end = malloc(CHUNK + LONGEST_RECORD);
  uint32_t magic = 0;
  if (chunks.bytes && read_on(&chunks) && chunks.end - chunks.next >= 24)
    memcpy(&magic, chunks.next, 4);
  if (magic != 0xa1b2c3d4 && magic != 0xa1b23c4d) {
    fprintf(stderr, "%s: no pcap file of this machine's byte order\n", path);
    exit(1);
  }
  chunks.next += 24;
  return chunks;
}

// The next packet, or NULL if the chunk holds no more whole ones.
static inline const uint8_t *next_packet(struct chunks *chunks, uint32_t *captured) {
  if (chunks->end - chunks->next < 16) return NULL;
  memcpy(captured, chunks->next + 8, 4);
  if (*captured > LONGEST_RECORD - 16) {
    fputs("a record is too long\n", stderr);
    exit(1);
  }
  if ((size_t)(chunks->end - chunks->next) < 16 + (size_t)*captured) return NULL;
  const uint8_t *packet = chunks->next + 16;
  chunks->next += 16 + *captured;
  return packet;
}

#endif
