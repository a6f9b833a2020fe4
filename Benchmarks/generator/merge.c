#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "captures.h"
#include "wire.h"

struct input {
  const uint8_t *next, *end;
};

static uint32_t field(const uint8_t *record, unsigned index) {
  uint32_t value;
  memcpy(&value, record + 4 * index, 4);
  return value;
}

static struct input open_input(const char *path) {
  const int file = open(path, O_RDONLY);
  struct stat status;
  if (file < 0 || fstat(file, &status) != 0) fail(path);
  const uint8_t *bytes = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, file, 0);
  if (bytes == MAP_FAILED) fail(path);
  close(file);
  return (struct input){bytes + 24, bytes + status.st_size};
}

static uint64_t time_of(const struct input *input) {
  if (input->next >= input->end) return UINT64_MAX;
  return (uint64_t)field(input->next, 0) * 1000000 + field(input->next, 1);
}

void merge_captures(char *const paths[], unsigned count, uint32_t snap_length) {
  struct input inputs[16];
  if (count > 16) count = 16;
  for (unsigned index = 0; index < count; index++) inputs[index] = open_input(paths[index]);
  for (;;) {
    struct input *first = inputs;
    for (unsigned index = 1; index < count; index++)
      if (time_of(&inputs[index]) < time_of(first)) first = &inputs[index];
    if (time_of(first) == UINT64_MAX) return;
    uint8_t header[16];
    memcpy(header, first->next, 16);
    const uint32_t whole = field(header, 2);
    const uint32_t captured = whole < snap_length ? whole : snap_length;
    memcpy(header + 8, &captured, 4);
    write_record(header, first->next + 16, captured);
    first->next += 16 + whole;
  }
}
