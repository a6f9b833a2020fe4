#ifndef SYNFIN_CPCAP_SHIM_H
#define SYNFIN_CPCAP_SHIM_H

#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>

#include <pcap/pcap.h>

/* Gives up to `count` bytes: 0 at the end, -1 on an error. */
typedef ssize_t (*synfin_read_function)(void *source, char *target, size_t count);

#if defined(__APPLE__) || defined(__FreeBSD__) || defined(__NetBSD__) || defined(__OpenBSD__)

struct synfin_reader {
  void *source;
  synfin_read_function read;
};

static inline int synfin_reader_read(void *cookie, char *target, int count) {
  struct synfin_reader *reader = cookie;
  return (int)reader->read(reader->source, target, (size_t)count);
}

static inline int synfin_reader_close(void *cookie) {
  free(cookie);
  return 0;
}

/* A FILE for reading whose bytes come from `read(source, ...)`; NULL with errno on failure. */
static inline FILE *synfin_open_reader(void *source, synfin_read_function read) {
  struct synfin_reader *reader = malloc(sizeof *reader);
  if (reader == NULL) return NULL;
  reader->source = source;
  reader->read = read;
  FILE *file = funopen(reader, synfin_reader_read, NULL, NULL, synfin_reader_close);
  if (file == NULL) free(reader);
  else setvbuf(file, NULL, _IONBF, 0); /* the source has a buffer; so its offset is exact */
  return file;
}

#else

/* glibc and musl show fopencookie only under _GNU_SOURCE, which would also change types that Swift's
   own module of the C library has already imported without it: so it is declared here. */
struct synfin_cookie_functions {
  ssize_t (*read)(void *cookie, char *target, size_t count);
  ssize_t (*write)(void *cookie, const char *bytes, size_t count);
  int (*seek)(void *cookie, off_t *offset, int whence);
  int (*close)(void *cookie);
};
extern FILE *fopencookie(void *cookie, const char *mode, struct synfin_cookie_functions functions);

/* A FILE for reading whose bytes come from `read(source, ...)`; NULL with errno on failure. */
static inline FILE *synfin_open_reader(void *source, synfin_read_function read) {
  struct synfin_cookie_functions functions = {.read = read};
  FILE *file = fopencookie(source, "r", functions);
  if (file != NULL) setvbuf(file, NULL, _IONBF, 0); /* the source has a buffer; so its offset is exact */
  return file;
}

#endif
#endif
