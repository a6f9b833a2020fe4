#ifndef SYNFIN_CPREFETCH_SHIM_H
#define SYNFIN_CPREFETCH_SHIM_H

/* Asks the processor to fetch a cache line that will be needed soon, which Swift has no word for. Never faults. */
static inline void synfin_prefetch(const void *address) { __builtin_prefetch(address); }

/* The same of one that will be written. Processors without the instruction take it for none. */
static inline void synfin_prefetch_to_write(const void *address) {
#if defined(__x86_64__)
    __asm__ volatile("prefetchw %0" : : "m"(*(const char *)address));
#else
    __builtin_prefetch(address, 1);
#endif
}

#endif
