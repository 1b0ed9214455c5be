// Philox4x32-10, the counter-based generator of Salmon, Moraes, Dror & Shaw,
// "Parallel random numbers: as easy as 1, 2, 3", SC'11, table 2 and section 4.3.
// A draw is a pure function of (key, counter): no state, no order, no seed to pass on.
#ifndef SLABLAB_PHILOX_H
#define SLABLAB_PHILOX_H
#include <stdint.h>

typedef struct { uint32_t word[4]; } slab_philox_block;

__attribute__((always_inline)) static inline slab_philox_block slab_philox4x32(
    uint64_t key, uint64_t counter_high, uint64_t counter_low) {
  uint32_t c0 = (uint32_t)counter_low, c1 = (uint32_t)(counter_low >> 32);
  uint32_t c2 = (uint32_t)counter_high, c3 = (uint32_t)(counter_high >> 32);
  uint32_t k0 = (uint32_t)key, k1 = (uint32_t)(key >> 32);
#pragma clang loop unroll(full)
  for (int round = 0; round < 10; round++) {
    uint64_t p0 = (uint64_t)0xD2511F53u * c0, p1 = (uint64_t)0xCD9E8D57u * c2;
    uint32_t n0 = (uint32_t)(p1 >> 32) ^ c1 ^ k0, n2 = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
    c1 = (uint32_t)p1, c3 = (uint32_t)p0, c0 = n0, c2 = n2;
    k0 += 0x9E3779B9u, k1 += 0xBB67AE85u;
  }
  return (slab_philox_block){{c0, c1, c2, c3}};
}
#endif
