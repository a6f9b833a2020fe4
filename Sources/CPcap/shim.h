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
/* Tells how many bytes have been given so far. */
typedef long long (*synfin_tell_function)(void *source);

/* What a FILE over callbacks needs; freed when the FILE is closed. */
struct synfin_reader {
  void *source;
  synfin_read_function read;
  synfin_tell_function tell;
};

static inline int synfin_reader_close(void *cookie) {
  free(cookie);
  return 0;
}

#if defined(__GLIBC__) || defined(__linux__)

static inline ssize_t synfin_reader_read(void *cookie, char *target, size_t count) {
  struct synfin_reader *reader = (struct synfin_reader *)cookie;
  return reader->read(reader->source, target, count);
}

/* Only tells the position, for ftell; there is no going elsewhere. */
static inline int synfin_reader_seek(void *cookie, off_t *offset, int whence) {
  struct synfin_reader *reader = (struct synfin_reader *)cookie;
  if (whence != SEEK_CUR || *offset != 0) return -1;
  *offset = reader->tell(reader->source);
  return 0;
}

/* The C library shows fopencookie only under _GNU_SOURCE, which would also change types that Swift's own
   module of the C library was imported with; so it is declared here, as its manual describes it. */
struct synfin_cookie_functions {
  ssize_t (*read)(void *cookie, char *target, size_t count);
  ssize_t (*write)(void *cookie, const char *bytes, size_t count);
  int (*seek)(void *cookie, off_t *offset, int whence);
  int (*close)(void *cookie);
};
FILE *fopencookie(void *cookie, const char *mode, struct synfin_cookie_functions functions);

static inline FILE *synfin_reader_file(struct synfin_reader *reader) {
  struct synfin_cookie_functions functions = {
      .read = synfin_reader_read, .seek = synfin_reader_seek, .close = synfin_reader_close};
  return fopencookie(reader, "r", functions);
}

#else

static inline int synfin_reader_read(void *cookie, char *target, int count) {
  struct synfin_reader *reader = (struct synfin_reader *)cookie;
  return (int)reader->read(reader->source, target, (size_t)count);
}

/* Only tells the position, for ftell; there is no going elsewhere. */
static inline fpos_t synfin_reader_seek(void *cookie, fpos_t offset, int whence) {
  struct synfin_reader *reader = (struct synfin_reader *)cookie;
  return whence != SEEK_CUR || offset != 0 ? -1 : (fpos_t)reader->tell(reader->source);
}

static inline FILE *synfin_reader_file(struct synfin_reader *reader) {
  return funopen(reader, synfin_reader_read, NULL, synfin_reader_seek, synfin_reader_close);
}

#endif

/* A FILE for reading whose bytes come from `read(source, ...)`; NULL with errno on failure. */
static inline FILE *synfin_open_reader(void *source, synfin_read_function read,
                                       synfin_tell_function tell) {
  struct synfin_reader *reader = (struct synfin_reader *)malloc(sizeof *reader);
  if (reader == NULL) return NULL;
  reader->source = source;
  reader->read = read;
  reader->tell = tell;
  FILE *file = synfin_reader_file(reader);
  if (file == NULL) free(reader);
  else setvbuf(file, NULL, _IOFBF, 65536);
  return file;
}

#endif
