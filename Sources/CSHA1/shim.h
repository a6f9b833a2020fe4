#ifndef SYNFIN_CSHA1_SHIM_H
#define SYNFIN_CSHA1_SHIM_H

#include <stdbool.h>
#include <stdint.h>

/* SHA-1 with the instructions that many processors have for it, which Swift has no words for. */

typedef uint32_t synfin_words __attribute__((ext_vector_type(4)));

/* The 160 bits of a hash. */
typedef struct {
    synfin_words first;
    uint32_t last;
} synfin_sha1_hash;

#if defined(__x86_64__)

#include <cpuid.h>

/* Whether this processor has the instructions. */
static inline bool synfin_has_sha1(void) {
    unsigned a, b, c, d;
    if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & bit_SSE4_1)) return false;
    return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & (1u << 29));
}

typedef int synfin_lanes __attribute__((vector_size(16)));

/* The instructions have the first word in the highest lane. */
#define SYNFIN_TURN(words) __builtin_shufflevector((words), (words), 3, 2, 1, 0)

/* Twenty steps with one function and one constant, four at a time. */
#define SYNFIN_TWENTY(kind)                                         \
    for (int end = next + 5; next < end; next++) {                  \
        before = state;                                             \
        state = __builtin_ia32_sha1rnds4(state, sum, (kind));       \
        sum = __builtin_ia32_sha1nexte(before, words[next]);        \
    }

/* The hash of one block of 16 words (RFC 3174 section 6.1); only where synfin_has_sha1 says so. */
__attribute__((target("sha,sse4.1"))) static inline synfin_sha1_hash
synfin_sha1(synfin_words first, synfin_words second, synfin_words third, synfin_words fourth) {
    const synfin_lanes start = {0x10325476, (int)0x98BADCFE, (int)0xEFCDAB89, 0x67452301};
    const synfin_lanes last = {0, 0, 0, (int)0xC3D2E1F0};
    synfin_lanes words[21] = {
        (synfin_lanes)SYNFIN_TURN(first), (synfin_lanes)SYNFIN_TURN(second), (synfin_lanes)SYNFIN_TURN(third),
        (synfin_lanes)SYNFIN_TURN(fourth)};
    for (int place = 4; place < 20; place++) {
        words[place] = __builtin_ia32_sha1msg2(
            __builtin_ia32_sha1msg1(words[place - 4], words[place - 3]) ^ words[place - 2], words[place - 1]);
    }
    /* Behind the last step comes what the last word of the hash begins with. */
    words[20] = last;
    synfin_lanes state = start, before, sum = words[0] + last;
    int next = 1;
    SYNFIN_TWENTY(0)
    SYNFIN_TWENTY(1)
    SYNFIN_TWENTY(2)
    SYNFIN_TWENTY(3)
    state += start;
    return (synfin_sha1_hash){(synfin_words)SYNFIN_TURN(state), (uint32_t)sum[3]};
}

#else

static inline bool synfin_has_sha1(void) { return false; }

static inline synfin_sha1_hash
synfin_sha1(synfin_words first, synfin_words second, synfin_words third, synfin_words fourth) {
    (void)second, (void)third, (void)fourth;
    return (synfin_sha1_hash){first, 0};
}

#endif

#endif
