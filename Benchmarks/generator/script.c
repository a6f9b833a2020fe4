#include <stdio.h>
#include <stdlib.h>

#include "short.h"

// Where a script stands. What goes to and fro in it does so in turn, so that each end has
// heard all that the other one said before it speaks, unless a step says otherwise.
struct talk {
  struct life *life;
  struct random *random;
  uint64_t now;                // at the tap
  uint64_t distance[2];        // from the tap to each end, one way
  uint32_t sequence[2];        // of what an end sends next
  uint32_t first_sequence[2];
  uint32_t clock[2];           // of an end when the capture began
  uint32_t heard_clock[2];     // what an end echoes
  uint16_t identification[2];
  uint8_t options;
};

static uint64_t round_trip(const struct talk *talk) {
  return 2 * (talk->distance[CLIENT] + talk->distance[SERVER]);
}

// The time passes until the end that is to speak has heard the other one.
static void turn_to(struct talk *talk, unsigned end) {
  talk->now += 2 * talk->distance[end] + between(talk->random, 15, 60) * MICROSECOND;
}

static struct step *add_step(struct talk *talk) {
  if (talk->life->count == MOST_STEPS) {
    fputs("a script is too long\n", stderr);
    abort();
  }
  return &talk->life->steps[talk->life->count++];
}

static void stamp(struct talk *talk, struct segment *segment, uint64_t time) {
  const unsigned from = segment->from;
  segment->time = time;
  segment->clock =
      talk->clock[from] + (uint32_t)((time - talk->distance[from] + SECOND) / MILLISECOND);
  segment->identification = talk->identification[from]++;
  talk->heard_clock[!from] = segment->clock;
}

static struct step *say(struct talk *talk, uint64_t time, unsigned from, unsigned flags,
                        uint32_t length) {
  struct step *step = add_step(talk);
  const unsigned to = !from;
  *step = (struct step){
      .segment = {.sequence = talk->sequence[from],
                  .acknowledgment = flags & ACK ? talk->sequence[to] : 0,
                  .echo = talk->heard_clock[from],
                  .window = from == CLIENT ? 502 : 509,
                  .length = (uint16_t)length,
                  .flags = (uint8_t)flags,
                  .from = (uint8_t)from,
                  .options = talk->options},
      .offset = talk->sequence[from] - talk->first_sequence[from],
  };
  stamp(talk, &step->segment, time);
  if (flags & SYN) {
    step->segment.window = from == SERVER && talk->options == LINUX_OPTIONS ? 65160 : 64240;
    if (from == SERVER) step->segment.identification = 0;
  }
  talk->sequence[from] += length + !!(flags & SYN) + !!(flags & FIN);
  return step;
}

static struct step *say_now(struct talk *talk, unsigned from, unsigned flags, uint32_t length) {
  return say(talk, talk->now, from, flags, length);
}

// The same segment again, with the sender's clock and identification as they are then.
static void say_again(struct talk *talk, struct step step, uint64_t time) {
  struct step *copy = add_step(talk);
  *copy = step;
  stamp(talk, &copy->segment, time);
}

// The last segment was lost: behind the tap, where it comes twice, or ahead of it.
static void lose_last(struct talk *talk, uint64_t wait) {
  const struct step lost = talk->life->steps[talk->life->count - 1];
  if (chance(talk->random, 400)) talk->life->count--;
  talk->now = lost.segment.time + wait;
  say_again(talk, lost, talk->now);
}

static uint64_t retransmission_timeout(const struct talk *talk) {
  return round_trip(talk) + between(talk->random, 200, 204) * MILLISECOND;
}

static void lose_sometimes(struct talk *talk) {
  if (chance(talk->random, 6)) lose_last(talk, retransmission_timeout(talk));
}

static void open_connection(struct talk *talk, bool loses_syn) {
  say_now(talk, CLIENT, SYN, 0);
  if (loses_syn) lose_last(talk, SECOND);
  turn_to(talk, SERVER);
  say_now(talk, SERVER, SYN | ACK, 0);
  if (chance(talk->random, 3)) lose_last(talk, SECOND);
  turn_to(talk, CLIENT);
  say_now(talk, CLIENT, ACK, 0);
}

static void never_answer(struct talk *talk) {
  const struct step syn = *say_now(talk, CLIENT, SYN, 0);
  uint64_t wait = SECOND;
  for (uint32_t repeats = between(talk->random, 1, 3); repeats > 0; repeats--, wait *= 2)
    say_again(talk, syn, talk->now += wait);
}

// What a port without a listener says (RFC 9293 §3.10.7.1).
static void refuse(struct talk *talk) {
  say_now(talk, CLIENT, SYN, 0);
  turn_to(talk, SERVER);
  struct segment *reset = &say_now(talk, SERVER, RST | ACK, 0)->segment;
  reset->sequence = 0;
  reset->window = 0;
  reset->options = NO_OPTIONS;
}

static void ask(struct talk *talk) {
  const uint32_t length = between(talk->random, 90, 400);
  struct step *step = say_now(talk, CLIENT, PSH | ACK, length);
  step->message = REQUEST;
  step->message_length = length;
  lose_sometimes(talk);
  turn_to(talk, SERVER);
  if (chance(talk->random, 350)) say_now(talk, SERVER, ACK, 0);
  const bool is_slow = chance(talk->random, 100);
  talk->now += (is_slow ? between(talk->random, 20000, 400000)
                        : between(talk->random, 50, 8000)) * MICROSECOND;
}

// Answers to the segments behind a hole: the same number again, with what came (RFC 2018 §4).
static void acknowledge_behind_hole(struct talk *talk, const struct segment *lost,
                                    uint32_t right, uint64_t time) {
  struct segment *segment = &say(talk, time, CLIENT, ACK, 0)->segment;
  segment->acknowledgment = lost->sequence;
  segment->sack[0] = (struct sack_block){lost->sequence + lost->length, right};
  segment->sack_count = 1;
}

// When a sender repairs a loss with so many segments received behind it: by acknowledgements
// (RFC 6675), by RACK's timer for reordering, or by a probe (RFC 8985 §6, §7).
static uint64_t repair_time(const struct talk *talk, unsigned behind, uint64_t last) {
  const uint64_t heard = last + round_trip(talk) + 60 * MICROSECOND;
  if (behind >= 3) return heard;
  return behind > 0 ? heard + round_trip(talk) / 4
                    : last + 2 * round_trip(talk) + 204 * MILLISECOND;
}

// A message of the server, in segments that the client acknowledges two by two.
static void answer(struct talk *talk, uint32_t length) {
  const uint32_t most = (talk->life->pair.is_ipv6 ? 1440 : 1460) -
                        (talk->options == LINUX_OPTIONS ? 12 : 0);
  const unsigned count = (length + most - 1) / most;
  const unsigned lost_index =
      chance(talk->random, 6 * count) ? below(talk->random, count) : count;
  struct step lost = {0};
  for (unsigned index = 0; index < count; index++) {
    if (index > 0) talk->now += between(talk->random, 8, 30) * MICROSECOND;
    const bool is_last = index + 1 == count;
    struct step *step = say_now(talk, SERVER, is_last ? PSH | ACK : ACK,
                                is_last ? length - index * most : most);
    if (index == 0) {
      step->message = RESPONSE;
      step->message_length = length;
    }
    const uint64_t heard = talk->now + 2 * talk->distance[CLIENT] + 30 * MICROSECOND;
    if (index == lost_index) lost = *step;
    else if (index > lost_index)
      acknowledge_behind_hole(talk, &lost.segment, talk->sequence[SERVER], heard);
    else if (is_last || index % 2 == 1)
      say(talk, heard, CLIENT, ACK, 0);
  }
  if (lost_index == count) return;
  talk->now = repair_time(talk, count - 1 - lost_index, talk->now);
  say_again(talk, lost, talk->now);
  say(talk, talk->now + 2 * talk->distance[CLIENT] + 30 * MICROSECOND, CLIENT, ACK, 0);
}

static uint32_t answer_length(struct random *random) {
  const uint32_t lot = below(random, 100);
  if (lot < 84) return between(random, 80, 700);
  return lot < 96 ? between(random, 700, 3000) : between(random, 3000, 15000);
}

static void reset(struct talk *talk, unsigned from) {
  struct segment *segment = &say_now(talk, from, RST | ACK, 0)->segment;
  segment->window = 0;
}

// Both ends close before they hear of each other (RFC 9293 §3.6, figure 13).
static void close_at_once(struct talk *talk) {
  const uint32_t next[2] = {talk->sequence[CLIENT], talk->sequence[SERVER]};
  say_now(talk, CLIENT, FIN | ACK, 0);
  talk->now += 20 * MICROSECOND;
  say_now(talk, SERVER, FIN | ACK, 0)->segment.acknowledgment = next[CLIENT];
  for (unsigned end = CLIENT; end <= SERVER; end++)
    say(talk, talk->now + 2 * talk->distance[end] + 40 * MICROSECOND, end, ACK, 0)
        ->segment.sequence = next[end] + 1;
}

static void close_connection(struct talk *talk) {
  const uint32_t lot = below(talk->random, 100);
  if (lot < 2) {
    close_at_once(talk);
    return;
  }
  const unsigned first = chance(talk->random, 500) ? CLIENT : SERVER, second = !first;
  say_now(talk, first, FIN | ACK, 0);
  lose_sometimes(talk);
  turn_to(talk, second);
  if (lot < 25) {  // the other end hears of it before its program closes
    say_now(talk, second, ACK, 0);
    talk->now += between(talk->random, 100, 40000) * MICROSECOND;
  }
  say_now(talk, second, FIN | ACK, 0);
  lose_sometimes(talk);
  turn_to(talk, first);
  say_now(talk, first, ACK, 0);
}

static void talk_and_close(struct talk *talk, uint32_t fate) {
  struct random *random = talk->random;
  open_connection(talk, fate < 90);
  uint32_t exchanges = chance(random, 120) ? between(random, 2, 3) : 1;
  for (talk->now += between(random, 20, 900) * MICROSECOND; exchanges > 0; exchanges--) {
    ask(talk);
    if (fate >= 120 && fate < 140) {
      reset(talk, SERVER);
      return;
    }
    answer(talk, answer_length(random));
    turn_to(talk, CLIENT);
    talk->now += (exchanges > 1 ? between(random, 1000, 2000000)
                                : between(random, 50, 2000)) * MICROSECOND;
  }
  if (fate >= 90 && fate < 120) reset(talk, CLIENT);
  else if (fate >= 140 && fate < 150) talk->life->is_left_open = true;
  else close_connection(talk);
}

static void sort_steps(struct life *life) {
  for (unsigned index = 1; index < life->count; index++) {
    const struct step step = life->steps[index];
    unsigned place = index;
    for (; place > 0 && life->steps[place - 1].segment.time > step.segment.time; place--)
      life->steps[place] = life->steps[place - 1];
    life->steps[place] = step;
  }
}

static uint64_t number_of(const struct pair *pair, unsigned end, bool with_ports) {
  uint64_t number = end;
  for (unsigned byte = 0; byte < 16; byte++)
    number = mix((number << 8) ^ pair->address[0][byte] ^ ((uint64_t)pair->address[1][byte] << 4));
  return with_ports ? mix(number + ((uint64_t)pair->port[0] << 16) + pair->port[1]) : number;
}

// Numbers begin as Linux has them: by the pair, and with time (RFC 9293 §3.4.1, 64 ns a step),
// and clocks by the addresses, so that the next connection on the pair finds both ahead.
static void choose_numbers(struct talk *talk) {
  const struct pair *pair = &talk->life->pair;
  for (unsigned end = CLIENT; end <= SERVER; end++) {
    talk->sequence[end] = (uint32_t)(number_of(pair, end, true) + talk->now / 64);
    talk->first_sequence[end] = talk->sequence[end];
    talk->clock[end] = (uint32_t)number_of(pair, end, false);
    talk->identification[end] = (uint16_t)next_random(talk->random);
  }
}

void plan_life(struct life *life, uint64_t now, struct random *random) {
  struct talk talk = {
      .life = life, .random = random, .now = now,
      .distance = {between(random, 20, 30000) * MICROSECOND,
                   between(random, 20, 400) * MICROSECOND},
      .options = chance(random, 100) ? NO_TIMESTAMPS : LINUX_OPTIONS,
  };
  choose_numbers(&talk);
  const uint32_t fate = below(random, 1000);
  if (fate < 40) refuse(&talk);
  else if (fate < 70) never_answer(&talk);
  else talk_and_close(&talk, fate);
  sort_steps(life);
}
