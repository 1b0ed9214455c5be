#include "network_kernels.h"

#include <math.h>
#include <string.h>

#include "philox.h"

// The kernels are written once, over vectors of a level's width, in level.inc and what it includes. This file compiles
// them for each CPU level; clang's vector types need no intrinsics, so that every other CPU gets the 128-bit version.
#define INLINE static inline __attribute__((always_inline))
// Vectors wider than a level's are only passed to what is inlined: no calling convention has to know them.
#pragma clang diagnostic ignored "-Wpsabi"
#define OVERLOAD INLINE __attribute__((overloadable))
#define MANY (SIDE * LANES)
#define JOIN2(a, b) a##_##b
#define JOIN(a, b) JOIN2(a, b)

#if defined(__x86_64__)
#include <immintrin.h>

#define LEVEL v4
#define LEVEL_NAME "x86-64-v4"
#define BYTES 64
#pragma clang attribute push(__attribute__((target("arch=x86-64-v4"))), apply_to = function)
#include "level.inc"
#pragma clang attribute pop

#define LEVEL v3
#define LEVEL_NAME "x86-64-v3"
#define BYTES 32
#pragma clang attribute push(__attribute__((target("arch=x86-64-v3"))), apply_to = function)
#include "level.inc"
#pragma clang attribute pop
#endif

#define LEVEL v1
#define LEVEL_NAME "baseline"
#define BYTES 16
#include "level.inc"

// The kernels of number `index` among the levels that this CPU has.
static int place(int index) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  int first = __builtin_cpu_supports("x86-64-v4") ? 0 : __builtin_cpu_supports("x86-64-v3") ? 1 : 2;
  return index < 0 || index + first > 2 ? -1 : index + first;
#else
  return index == 0 ? 2 : -1;
#endif
}

const slab_kernels *slab_float_kernels(int index) {
  switch (place(index)) {
#if defined(__x86_64__)
    case 0: return &kernels_f32_v4;
    case 1: return &kernels_f32_v3;
#endif
    case 2: return &kernels_f32_v1;
    default: return NULL;
  }
}

const slab_kernels *slab_double_kernels(int index) {
  switch (place(index)) {
#if defined(__x86_64__)
    case 0: return &kernels_f64_v4;
    case 1: return &kernels_f64_v3;
#endif
    case 2: return &kernels_f64_v1;
    default: return NULL;
  }
}

void slab_prefetch_rows(size_t rows, const int32_t *row, size_t row_bytes, const void *source) {
  size_t some = row_bytes < 256 ? row_bytes : 256;
  for (size_t r = 0; r < rows; r++) {
    uintptr_t from = (uintptr_t)source + (size_t)row[r] * row_bytes;
    for (uintptr_t line = from & ~(uintptr_t)63; line < from + some; line += 64) __builtin_prefetch((const void *)line);
  }
}

#if defined(__x86_64__)
uint32_t slab_flush_denormals(void) {
  uint32_t before = _mm_getcsr();
  _mm_setcsr(before | 0x8040);  // flush to zero, denormals are zero
  return before;
}
void slab_restore_denormals(uint32_t state) { _mm_setcsr(state); }
#else
uint32_t slab_flush_denormals(void) { return 0; }
void slab_restore_denormals(uint32_t state) { (void)state; }
#endif
