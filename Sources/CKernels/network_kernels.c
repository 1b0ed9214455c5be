#include "network_kernels.h"

#include <math.h>
#include <string.h>

#include "philox.h"

// Each kernel is compiled for three CPU levels and the loader picks one. Elsewhere, one version.
#if defined(__x86_64__) && defined(__linux__)
#include <immintrin.h>
#define KERNEL __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define KERNEL
#endif
#define INLINE static inline __attribute__((always_inline))

#pragma clang fp contract(fast)

// Elementary functions of float without branches or calls, so that loops over them vectorise. Polynomials: Cephes
// (Moshier). Worst errors over some 100,000 floats of all sizes, in ulp: softplus 1.8, sigmoid 1.7, tanh 1.4, silu 2.4
// (NetworkScalarTests); 1 - tanh^2 and silu' cancel, to absolute errors of 2e-7 and 9e-7. Normals: 2e-6 absolutely.

// e^x for -87.3 <= x <= 88, where it is a normal number; below 0.
INLINE float exp_f32(float x) {
  float clamped = x < -87.3f ? -87.3f : (x > 88.0f ? 88.0f : x);
  float n = rintf(clamped * 1.44269504088896341f);
  float r = clamped - n * 0.693359375f;
  r = r + n * 2.12194440e-4f;  // log 2 in two parts
  float p = 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * (r * r) + r + 1;
  union { int32_t i; float f; } power = {((int32_t)n + 127) << 23};
  return x < -87.3f ? 0 : p * power.f;
}

// log x for normal x > 0.
INLINE float log_f32(float x) {
  union { float f; int32_t i; } bits = {x};
  int32_t shifted = bits.i - 0x3f3504f3;  // sqrt(1/2): the mantissa ends in [sqrt(1/2), sqrt 2)
  int32_t exponent = shifted >> 23;
  union { int32_t i; float f; } mantissa = {bits.i - (exponent << 23)};
  float e = (float)exponent, f = mantissa.f - 1, z = f * f;
  float p = 7.0376836292e-2f;
  p = p * f - 1.1514610310e-1f;
  p = p * f + 1.1676998740e-1f;
  p = p * f - 1.2420140846e-1f;
  p = p * f + 1.4249322787e-1f;
  p = p * f - 1.6668057665e-1f;
  p = p * f + 2.0000714765e-1f;
  p = p * f - 2.4999993993e-1f;
  p = p * f + 3.3333331174e-1f;
  float y = p * f * z - e * 2.12194440e-4f - 0.5f * z;
  return f + y + e * 0.693359375f;
}

// log(1+t), 0 <= t <= 1: 1+t rounds, and the second term gives back what the rounding lost.
INLINE float log1p_f32(float t) {
#pragma clang fp reassociate(off) contract(off)
  float u = 1 + t;
  float lost = t - (u - 1);
  return log_f32(u) + lost / u;
}

INLINE float tanh_f32(float x) {
  float z = x * x;
  float p = -5.70498872745e-3f;
  p = p * z + 2.06390887954e-2f;
  p = p * z - 5.37397155531e-2f;
  p = p * z + 1.33314422036e-1f;
  p = p * z - 3.33332819422e-1f;
  float small = p * z * x + x;
  float t = exp_f32(-2 * fabsf(x));
  float large = copysignf((1 - t) / (1 + t), x);
  return fabsf(x) < 0.625f ? small : large;
}

// e^a - 1 for a <= 0, given e = e^a: where e - 1 cancels, the series to a^8 (at a = -0.5 it leaves out 1e-8 of it).
INLINE float expm1_f32(float a, float e) {
  float series =
      a * (1 + a * (0.5f + a * (1.6666667e-1f + a * (4.1666667e-2f +
      a * (8.3333333e-3f + a * (1.3888889e-3f + a * (1.9841270e-4f + a * 2.4801587e-5f)))))));
  return a > -0.5f ? series : e - 1;
}

// Phi(x) = erfc(z)/2 left of 0, z = |x|/sqrt 2: log(erfc(z) e^(z^2)/t) is close to a polynomial in t = 1/(1 + z/2); this one
// is a least-squares fit at Chebyshev points of z in [0, 9.5], off by at most 5e-8. Absolute error 2e-7; far out in the
// left tail, where e^(-z^2) rounds, a relative one of z^2 ulp.
INLINE float normal_cumulative_f32(float x) {
  float z = fabsf(x) * 0.70710678118654752f;
  float t = 1 / (1 + 0.5f * z);
  float p = 0.140507134f;
  p = p * t - 0.656615833f;
  p = p * t + 1.09943847f;
  p = p * t - 0.619523334f;
  p = p * t - 0.144173502f;
  p = p * t + 0.0354678627f;
  p = p * t + 0.0228741431f;
  p = p * t + 0.389117147f;
  p = p * t + 0.998341449f;
  p = p * t - 1.26543349f;
  float tail = 0.5f * t * exp_f32(-z * z + p);
  return x > 0 ? 1 - tail : tail;
}

// sin and cos of 2 pi v, 0 <= v < 1.
INLINE void sincos_turns_f32(float v, float *sine, float *cosine) {
  float quadrant = rintf(4 * v);
  float x = (v - 0.25f * quadrant) * 6.28318530717958648f;  // |x| <= pi/4; v - q/4 is exact
  int32_t q = (int32_t)quadrant;
  float z = x * x;
  float s = ((-1.9515295891e-4f * z + 8.3321608736e-3f) * z - 1.6666654611e-1f) * z * x + x;
  float c = ((2.443315711809948e-5f * z - 1.388731625493765e-3f) * z + 4.166664568298827e-2f) * z * z - 0.5f * z + 1;
  float a = (q & 1) ? c : s, b = (q & 1) ? s : c;
  *sine = (q & 2) ? -a : a;
  *cosine = ((q + 1) & 2) ? -b : b;
}

INLINE double exp_f64(double x) { return exp(x); }
INLINE double log_f64(double x) { return log(x); }
INLINE double log1p_f64(double x) { return log1p(x); }
INLINE double tanh_f64(double x) { return tanh(x); }
INLINE double expm1_f64(double a, double e) { (void)e; return expm1(a < 0 ? a : 0); }
INLINE double normal_cumulative_f64(double x) { return 0.5 * erfc(-x * 0.70710678118654752440); }

#define JOIN(a, b) a##_##b

#define REAL float
#define NAME(x) JOIN(x, f32)
#define FABS fabsf
#define SQRT __builtin_elementwise_sqrt  // sqrtf sets errno, which stops vectorisation
#define SMALLEST_VARIANCE 1e-36f
#include "network_kernels.inc"
#undef REAL
#undef NAME
#undef FABS
#undef SQRT
#undef SMALLEST_VARIANCE

#define REAL double
#define NAME(x) JOIN(x, f64)
#define FABS fabs
#define SQRT __builtin_elementwise_sqrt
#define SMALLEST_VARIANCE 1e-300
#include "network_kernels.inc"

void slab_words(uint64_t key, uint64_t high, size_t count, uint32_t *out) {
  for (size_t start = 0; start < count; start += 4) {
    slab_philox_block block = slab_philox4x32(key, high, start / 4);
    memcpy(out + start, block.word, (count - start < 4 ? count - start : 4) * sizeof(uint32_t));
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
