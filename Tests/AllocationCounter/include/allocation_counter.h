#ifndef SLABLAB_ALLOCATION_COUNTER_H
#define SLABLAB_ALLOCATION_COUNTER_H
#include <stddef.h>
// How often this thread has asked for memory since the process began; -1 where that isn't counted (but glibc).
long slab_allocations_of_this_thread(void);
#endif
