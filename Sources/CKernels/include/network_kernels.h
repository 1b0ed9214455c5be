// The element-wise passes of one training step, once for float (f32) and once for double (f64); the same source,
// network_kernels.inc, makes both. Matrices are row-major; `rows` is the minibatch, `columns` a layer's nodes.
#ifndef SLABLAB_NETWORK_KERNELS_H
#define SLABLAB_NETWORK_KERNELS_H
#include <stddef.h>
#include <stdint.h>

enum slab_activation {
  SLAB_IDENTITY, SLAB_RELU, SLAB_TANH, SLAB_SILU, SLAB_LEAKY_RELU, SLAB_ELU, SLAB_GELU, SLAB_SOFTPLUS
};

#define SLAB_KERNEL_DECLARATIONS(REAL, SUFFIX)                                                                       \
  /* out[i] ~ N(0,1), a pure function of (key, high, i): Philox4x32-10 and Box-Muller. */                            \
  void slab_normals_##SUFFIX(uint64_t key, uint64_t high, size_t count, REAL *out);                                  \
  /* s = log(1+e^rho), slope = ds/drho = sigmoid(rho). */                                                            \
  void slab_softplus_##SUFFIX(size_t count, const REAL *rho, REAL *s, REAL *slope);                                  \
  /* out = m + s e */                                                                                                \
  void slab_sample_##SUFFIX(size_t count, const REAL *m, const REAL *s, const REAL *e, REAL *out);                   \
  /* out = x^2 */                                                                                                    \
  void slab_square_##SUFFIX(size_t count, const REAL *x, REAL *out);                                                 \
  /* out = factor x y; out may be x. */                                                                              \
  void slab_product_##SUFFIX(size_t count, REAL factor, const REAL *x, const REAL *y, REAL *out);                    \
  /* u += sqrt(v) e; then v becomes e / (2 sqrt(v)), the slope du/dv. */                                             \
  void slab_local_noise_##SUFFIX(size_t count, const REAL *e, REAL *u, REAL *v);                                     \
  /* h[r][1+j] = psi(gate[j] u[r][j]), h[r][0] = 1; slope[r][j] = psi'. h has columns+1 columns. */                  \
  void slab_activate_##SUFFIX(int activation, size_t rows, size_t columns, const REAL *gate, const REAL *u,          \
                              REAL *slope, REAL *h);                                                                 \
  /* delta = delta*slope (dL/da); gate_gradient[j] = sum_r delta u; then delta *= gate (dL/du).                      \
     slope may be null: an identity output. */                                                                       \
  void slab_delta_##SUFFIX(size_t rows, size_t columns, const REAL *gate, const REAL *u, const REAL *slope,          \
                           REAL *delta, REAL *gate_gradient);                                                        \
  /* delta_h[r][i] += 2 h[r][1+i] delta_v[r][i]: the variance's part of dL/dh. h has columns+1 columns. */           \
  void slab_add_variance_delta_##SUFFIX(size_t rows, size_t columns, const REAL *h, const REAL *delta_v,             \
                                        REAL *delta_h);                                                              \
  /* THEORY.md 3.5 over `rows` x `columns` weights, weighted by gamma[j] and divided by n, for a prior of precision  \
     precision[j]: squares[j] = sum_i m_ij^2 + s_ij^2 and logs[j] = sum_i log s_ij, of which K_N is made;            \
     gradient_m += gamma precision m / n;                                                                            \
     gradient_rho = slope (gradient_s + gamma (precision s - 1/s) / n), where gradient_rho holds gradient_s. */      \
  void slab_gaussian_divergence_##SUFFIX(size_t rows, size_t columns, REAL one_over_n, const REAL *gamma,            \
                                         const REAL *precision, const REAL *m, const REAL *s, const REAL *slope,     \
                                         REAL *squares, REAL *logs, REAL *gradient_m, REAL *gradient_rho);           \
  /* Adam (Kingma & Ba 2015, algorithm 1): step_size = lr/(1-b1^t), root_scale = 1/(1-b2^t). */                      \
  void slab_adam_##SUFFIX(size_t count, REAL step_size, REAL root_scale, const REAL *gradient, REAL *first,          \
                          REAL *second, REAL *parameter);

SLAB_KERNEL_DECLARATIONS(float, f32)
SLAB_KERNEL_DECLARATIONS(double, f64)
#undef SLAB_KERNEL_DECLARATIONS

// The 32-bit words 0 ..< count of the stream (key, high).
void slab_words(uint64_t key, uint64_t high, size_t count, uint32_t *out);
// While the caller runs a training step: denormals (dying Adam moments) count as zero. Returns what to restore.
uint32_t slab_flush_denormals(void);
void slab_restore_denormals(uint32_t state);
#endif
