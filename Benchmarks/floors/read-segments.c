// The least that a program can cost which can tell of every connection at the end: what read-flows does, every checksum
// of IPv4 verified, four words kept of each segment, and one look at all of them, connection by connection.
#include "chunks.h"
#include "flows.h"

enum { BATCH = 32, BLOCK = 512, BLOCKS = 1 << 15, WORDS = 8 };

// Two segments in a cache line. The latest ones of a connection are part of it, those before hang on it by their numbers.
struct line { uint64_t words[WORDS]; };

struct life {
  struct flow_key key;
  uint64_t hash, packets;
  uint32_t used, before;
  uint64_t unused[3];
  struct line line;
};

struct arrival { struct flow_key key; uint64_t hash, words[4]; int is_segment; };

// Blocks never move. The first line is none.
static struct life *lives[BLOCKS];
static struct line *lines[BLOCKS];
static uint32_t *links[BLOCKS];
static uint32_t life_count, line_count = 1;
// The upper half of a hash, and the number of a life plus one.
static uint64_t *slots, mask, wrong;

static void *block(size_t size) {
  void *memory = aligned_alloc(64, BLOCK * size);
  if (!memory) stop("aligned_alloc");
  return memory;
}

static inline struct life *life_at(uint32_t index) { return &lives[index / BLOCK][index % BLOCK]; }

static void put_slot(uint32_t index) {
  const uint64_t hash = life_at(index)->hash;
  uint64_t place = hash & mask;
  while (slots[place]) place = (place + 1) & mask;
  slots[place] = hash >> 32 << 32 | (index + 1);
}

static void make_slots(uint64_t room) {
  free(slots);
  mask = room - 1;
  slots = calloc(room, sizeof *slots);
  if (!slots) stop("calloc");
  for (uint32_t index = 0; index < life_count; index++) put_slot(index);
}

static struct life *find(const struct arrival *arrival) {
  for (uint64_t place = arrival->hash & mask; slots[place]; place = (place + 1) & mask) {
    if (slots[place] >> 32 != arrival->hash >> 32) continue;
    struct life *life = life_at((uint32_t)slots[place] - 1);
    if (life->key.low == arrival->key.low && life->key.high == arrival->key.high) return life;
  }
  const uint32_t index = life_count;
  if (index % BLOCK == 0) lives[index / BLOCK] = block(sizeof(struct life));
  *life_at(index) = (struct life){.key = arrival->key, .hash = arrival->hash};
  life_count++;
  if (life_count * 10ull > mask * 7) make_slots((mask + 1) * 2);
  else put_slot(index);
  return life_at(index);
}

static void move_line(struct life *life) {
  const uint32_t index = line_count++;
  if (!lines[index / BLOCK]) {
    lines[index / BLOCK] = block(sizeof(struct line));
    links[index / BLOCK] = block(sizeof(uint32_t));
  }
  lines[index / BLOCK][index % BLOCK] = life->line;
  links[index / BLOCK][index % BLOCK] = life->before;
  life->before = index;
  life->used = 0;
}

static void keep(const struct arrival *arrival) {
  struct life *life = find(arrival);
  life->packets++;
  if (!arrival->is_segment) return;
  if (life->used == WORDS) move_line(life);
  memcpy(life->line.words + life->used, arrival->words, sizeof arrival->words);
  life->used += 4;
}

static uint64_t add(uint64_t sum, uint64_t word) { return sum + word + (sum + word < sum); }

static uint64_t add_bytes(uint64_t sum, const uint8_t *bytes, uint32_t count) {
  uint64_t word = 0;
  for (; count >= 8; count -= 8, bytes += 8) {
    memcpy(&word, bytes, 8);
    sum = add(sum, word);
  }
  word = 0;
  memcpy(&word, bytes, count);
  return add(sum, word);
}

static int is_right(uint64_t sum) {
  sum = (sum & 0xffffffff) + (sum >> 32);
  sum = (sum & 0xffff) + (sum >> 16 & 0xffff) + (sum >> 32);
  sum = (sum & 0xffff) + (sum >> 16);
  return ((sum & 0xffff) + (sum >> 16)) == 0xffff;
}

// Verifies both checksums of an IPv4 packet without options, as far as all that they cover is there.
static void verify(const uint8_t *packet, uint32_t captured) {
  const uint32_t length = (uint32_t)packet[2] << 8 | packet[3], payload = length - 20;
  wrong += !is_right(add_bytes(0, packet, 20));
  if (length > captured || length < 28 || (packet[9] == 17 && !packet[26] && !packet[27])) return;
  const uint64_t rest = ((uint64_t)packet[9] << 8) + ((payload & 255) << 8) + (payload >> 8);
  wrong += !is_right(add_bytes(rest, packet + 12, length - 12));
}

static int read_arrival(const uint8_t *packet, uint32_t captured, struct arrival *arrival) {
  if (!find_key(packet, captured, &arrival->key)) return 0;
  arrival->hash = hash_of(arrival->key);
  const int is_ipv4 = packet[12] == 8;
  if (is_ipv4 && packet[14] == 0x45) verify(packet + 14, captured - 14);
  const uint32_t at = is_ipv4 ? 34 : 54;
  arrival->is_segment = packet[is_ipv4 ? 23 : 20] == 6 && captured >= at + 20;
  if (!arrival->is_segment) return 1;
  // The time, both numbers, flags and window, and the timestamps where nearly everybody has them.
  memcpy(&arrival->words[0], packet - 16, 8);
  memcpy(&arrival->words[1], packet + at + 4, 16);
  arrival->words[3] = 0;
  if (captured >= at + 32) memcpy(&arrival->words[3], packet + at + 24, 8);
  return 1;
}

static inline void fetch_life(const struct arrival *arrival) {
  const uint64_t slot = slots[arrival->hash & mask];
  if (!slot) return;
  __builtin_prefetch(life_at((uint32_t)slot - 1), 1);
  __builtin_prefetch(&life_at((uint32_t)slot - 1)->line, 1);
}

static uint64_t look_at(const struct line *line) {
  uint64_t sum = 0;
  for (int word = 0; word < WORDS; word++) sum += line->words[word];
  return sum;
}

static uint64_t look_at_all(void) {
  uint64_t sum = 0;
  for (uint32_t index = 0; index < life_count; index++) {
    sum += look_at(&life_at(index)->line);
    for (uint32_t line = life_at(index)->before; line; line = links[line / BLOCK][line % BLOCK])
      sum += look_at(&lines[line / BLOCK][line % BLOCK]);
  }
  return sum;
}

int main(int count, char *arguments[]) {
  if (count != 2) return 2;
  struct chunks chunks = open_chunks(arguments[1]);
  make_slots(1 << 8);
  uint64_t packets = 0;
  struct arrival batch[BATCH];
  do {
    for (int waiting = BATCH; waiting == BATCH;) {
      const uint8_t *packet = NULL;
      uint32_t captured;
      waiting = 0;
      while (waiting < BATCH && (packet = next_packet(&chunks, &captured))) {
        packets++;
        if (!read_arrival(packet, captured, &batch[waiting])) continue;
        __builtin_prefetch(&slots[batch[waiting++].hash & mask]);
      }
      for (int index = 0; index < waiting; index++) fetch_life(&batch[index]);
      for (int index = 0; index < waiting; index++) keep(&batch[index]);
    }
  } while (read_on(&chunks));
  printf("%llu packets, %u flows, %llu wrong, %llx\n", (unsigned long long)packets, life_count,
         (unsigned long long)wrong, (unsigned long long)look_at_all());
  return 0;
}
