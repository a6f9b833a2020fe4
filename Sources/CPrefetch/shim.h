#ifndef SYNFIN_CPREFETCH_SHIM_H
#define SYNFIN_CPREFETCH_SHIM_H

#include <stddef.h>
#include <stdint.h>
#if defined(__linux__)
#include <sys/mman.h>
#endif

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

/* Has the system find pages for memory that will be written, all of them in one call instead of one fault for each: those
   that begin inside, and the one in which it begins. What the system cannot do yet, the faults will. */
static inline void synfin_populate(void *start, size_t count) {
#if defined(__linux__)
    uintptr_t page = 4096;
    uintptr_t first = (uintptr_t)start & ~(page - 1);
    uintptr_t end = ((uintptr_t)start + count) & ~(page - 1);
    if (first < end) madvise((void *)first, end - first, 23 /* MADV_POPULATE_WRITE, since Linux 5.14 */);
#else
    (void)start;
    (void)count;
#endif
}

#endif
