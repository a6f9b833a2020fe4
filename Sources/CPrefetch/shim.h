#ifndef SYNFIN_CPREFETCH_SHIM_H
#define SYNFIN_CPREFETCH_SHIM_H

#include <stddef.h>
#include <sys/mman.h>

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

/* Fresh memory straight from the system, all its pages there at once, which takes less than to find each of them when it is
   first touched; NULL if there is none. */
static inline void *synfin_map(size_t count) {
    int flags = MAP_PRIVATE | MAP_ANONYMOUS;
#if defined(MAP_POPULATE)
    flags |= MAP_POPULATE;
#endif
    void *start = mmap(NULL, count, PROT_READ | PROT_WRITE, flags, -1, 0);
    return start == MAP_FAILED ? NULL : start;
}

/* Gives such memory back. */
static inline void synfin_unmap(void *start, size_t count) { munmap(start, count); }

#endif
