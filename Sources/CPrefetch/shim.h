#ifndef SYNFIN_CPREFETCH_SHIM_H
#define SYNFIN_CPREFETCH_SHIM_H

/* Asks the processor to fetch a cache line that will be needed soon, which Swift has no word for. Never faults. */
static inline void synfin_prefetch(const void *address) { __builtin_prefetch(address); }

#endif
