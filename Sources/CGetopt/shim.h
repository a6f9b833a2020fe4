#ifndef SYNFIN_CGETOPT_SHIM_H
#define SYNFIN_CGETOPT_SHIM_H

#include <getopt.h>
#include <stddef.h>

/* getopt_long keeps what it knows in global variables, which Swift does not let in. */

/* What getopt_long found: its result, the option in question if that is an error, the option's value. */
struct synfin_getopt_step {
  int result;
  int option;
  const char *value;
};

/* Begins with the first word, and keeps getopt_long from printing messages of its own. */
static inline void synfin_getopt_begin(void) {
#if defined(__GLIBC__)
  optind = 0;
#else
  optind = 1;
#endif
#if defined(__APPLE__) || defined(__FreeBSD__) || defined(__NetBSD__) || defined(__OpenBSD__)
  optreset = 1;
#endif
  opterr = 0;
}

/* Takes the next option. */
static inline struct synfin_getopt_step synfin_getopt_next(int count, char *const *words,
                                                          const char *letters,
                                                          const struct option *names) {
  struct synfin_getopt_step step;
  optarg = NULL;
  step.result = getopt_long(count, words, letters, names, NULL);
  step.option = optopt;
  step.value = optarg;
  return step;
}

/* The word that comes next; after the last option the first operand. */
static inline int synfin_getopt_position(void) { return optind; }

#endif
