// The passes of one training step, each once for float and once for double, and once for each CPU level.
//
// Matrices are node-major: row j of `weights` is the group of node j, its bias first; row j of an activation is the
// value of node j at each row of the minibatch. An activation's rows are `lanes` apart, a multiple of
// SLAB_LANE_MULTIPLE; what stands behind the minibatch's last row is finite and never read for a result.
//
// The five pieces of a step: noise, forward, backward, divergence, Adam. A `real` is float or double.
#ifndef SLABLAB_NETWORK_KERNELS_H
#define SLABLAB_NETWORK_KERNELS_H
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

#define SLAB_LANE_MULTIPLE 16

enum slab_activation {
  SLAB_IDENTITY, SLAB_RELU, SLAB_TANH, SLAB_SILU, SLAB_LEAKY_RELU, SLAB_ELU, SLAB_GELU, SLAB_SOFTPLUS
};

// What a scale X under q is made of, node by node: rows of `count` numbers (THEORY.md 3.11). E log X, E X, E 1/X and
// minus the entropy each come with their derivatives by location and rho.
enum slab_moment {
  SLAB_MEAN_LOG, SLAB_MEAN_LOG_BY_LOCATION, SLAB_MEAN_LOG_BY_RHO,
  SLAB_MEAN, SLAB_MEAN_BY_LOCATION, SLAB_MEAN_BY_RHO,
  SLAB_MEAN_INVERSE, SLAB_MEAN_INVERSE_BY_LOCATION, SLAB_MEAN_INVERSE_BY_RHO,
  SLAB_NEGATIVE_ENTROPY, SLAB_NEGATIVE_ENTROPY_BY_LOCATION, SLAB_NEGATIVE_ENTROPY_BY_RHO,
  SLAB_OMEGA, SLAB_OMEGA_SLOPE,
  SLAB_DRAW, SLAB_DRAW_BY_RHO,  // log X of the draw; by location its derivative is SLAB_MEAN_LOG_BY_LOCATION
  SLAB_MOMENT_COUNT
};

typedef void real;

// Adam's move of weights, for the pass that makes their gradient: its constants, and the first of their means among the
// parameters and their averages; rhos are `to_rho` numbers behind the means.
typedef struct {
  double step_size, root_scale;
  real *first, *second, *parameter;
  size_t to_rho;
} slab_adam;

typedef struct {
  // "x86-64-v4", "x86-64-v3" or "baseline".
  const char *level;

  // MARK: Noise. Each number is a pure function of (key, high, its index): Philox4x32-10, normals by Box-Muller.
  void (*words)(uint64_t key, uint64_t high, size_t count, uint32_t *out);
  // Numbers 0 ..< row_count from words, by multiplication and shift: a number's probability is off by less than
  // row_count / 2^32 of itself.
  void (*rows)(uint64_t key, uint64_t high, size_t count, uint32_t row_count, int32_t *out);
  // Numbers first ..< first + count of the stream.
  void (*normals)(uint64_t key, uint64_t high, size_t first, size_t count, real *out);
  // Numbers 0 ..< count: the middles of 2^23 cells of (0, 1), of which u and 1 - u are exact in float.
  void (*uniforms)(uint64_t key, uint64_t high, size_t count, real *out);

  // MARK: Weights and inputs of one draw.
  // s = log(1+e^rho), slope = ds/drho = sigmoid(rho).
  void (*softplus)(size_t count, const real *rho, real *s, real *slope);
  // out = m + s e
  void (*sample)(size_t count, const real *m, const real *s, const real *e, real *out);
  // out[i] = in[index[i]]
  void (*take)(size_t count, const int32_t *index, const real *in, real *out);
  // Packs rows of `group` numbers: row a of `out`, `stride` apart, is row order[a] of `in` (row a without order), first the
  // `live` numbers whose bit of `on` is set, then, in the first `full_rows` rows, the others.
  void (*pack)(size_t rows, size_t full_rows, const int32_t *_Nullable order, size_t group, const uint64_t *on, size_t live,
               size_t stride, const real *in, real *out);
  // out[c][r] = source[row[r]][c]: `rows` rows of a table of `columns` columns, turned to stand node-major.
  void (*gather)(size_t rows, const int32_t *row, size_t columns, const real *source, size_t lanes, real *out);
  // out = x^2; out = factor x y. `out` may be an operand.
  void (*square)(size_t count, const real *x, real *out);
  void (*product)(size_t count, double factor, const real *x, const real *y, real *out);

  // MARK: Products.
  // C (m x n) = A B with A(i, p) = a[i a_row + p a_column] and B (k x n), rows `ldb` apart; n a multiple of
  // SLAB_LANE_MULTIPLE.
  void (*multiply)(size_t m, size_t n, size_t k, const real *a, size_t a_row, size_t a_column, const real *b, size_t ldb,
                   real *c, size_t ldc);
  // C (m x n) = A B^T with rows of k numbers, k a multiple of SLAB_LANE_MULTIPLE.
  void (*multiply_transposed)(size_t m, size_t n, size_t k, const real *a, size_t lda, const real *b, size_t ldb,
                              real *c, size_t ldc);

  // MARK: Forward.
  // u += sqrt(v) e; then v becomes e / (2 sqrt(v)), the slope du/dv.
  void (*local_noise)(size_t count, const real *e, real *u, real *v);
  // h[j] = psi(gate[j] u[j]), slope[j] = psi'.
  void (*activate)(int activation, size_t nodes, size_t lanes, const real *gate, const real *u, real *slope, real *h);

  // MARK: Likelihood: what it returns is a sum over rows; delta = d(mean over rows)/df, 0 behind the last row.
  // Sum of (f - y)^2; delta = precision (f - y)/rows.
  double (*gaussian)(size_t outputs, size_t rows, size_t lanes, double precision, const real *f, const real *y,
                     real *delta);
  // Sum of -log softmax(f)[class].
  double (*categorical)(size_t outputs, size_t rows, size_t lanes, const real *f, const int32_t *classes, real *delta);
  // Sum of -log sigmoid(f) or of -log sigmoid(-f), for class 1 or 0.
  double (*bernoulli)(size_t rows, size_t lanes, const real *f, const int32_t *classes, real *delta);

  // MARK: Backward.
  // gate_gradient[j] = sum_r delta slope u; delta *= slope gate (dL/du), and sums[j] = sum_r of that (dL/dbias). Without
  // slope: an identity output. Of rows `live` ..< `nodes` the gate is 0 and the slope `off_slope`: their delta stays, and
  // their sum is 0.
  void (*delta)(size_t nodes, size_t live, size_t lanes, double off_slope, const real *gate, const real *u,
                const real *_Nullable slope, real *delta, real *sums, real *gate_gradient);
  // delta_h += 2 h delta_v: the variance's part of dL/dh.
  void (*add_variance_delta)(size_t count, const real *h, const real *delta_v, real *delta_h);

  // MARK: Divergence (THEORY.md 3.5), weighted by weight[j] = gamma_j/n for a prior of precision[j]:
  // costs[j] = sum_i precision (m^2 + s^2)/2 - log s, of which K_N is made, and squares[j] = sum_i m^2 + s^2 if asked for;
  // gradient_m = data + weight precision m; gradient_rho = slope (gradient_s + weight (precision s - 1/s)).
  //
  // The likelihood's gradient comes in `data`, one row a node: node j's is row `row[j]`, `data_stride` apart, -1 for none, and
  // holds the numbers whose bit of `on` is set; without them row j, `group` apart, and all numbers. A vector behind the last
  // row may be read. gradient_s is e data; without `e` it is 2 s variance_data. With `move` the gradient is not stored but
  // followed: the same numbers as by `adam` afterwards, without two arrays that go to memory and back.
  void (*divergence)(size_t nodes, size_t group, const real *weight, const real *precision, const real *m,
                     const real *s, const real *slope, const real *_Nullable e, const real *data,
                     const real *_Nullable variance_data, size_t data_stride, const int32_t *_Nullable row,
                     const uint64_t *_Nullable on, const slab_adam *_Nullable move, real *gradient_m, real *gradient_rho,
                     real *costs, real *_Nullable squares);
  // Returns sum gamma K over nodes, K = costs + weights (log_sd + mean_log/2 - 1/2) of a group of so many weights;
  // gradient += gamma (1-gamma) K per_row.
  double (*group_divergence)(size_t nodes, double weights, double log_sd, double per_row, const real *gamma,
                             const real *mean_log, const real *costs, real *_Nullable gradient);
  // `divergence` of single weights, each with a weight and a precision; gradient_m comes in with the likelihood's gradient,
  // gradient_rho with gradient_s. squares and logs are m^2 + s^2 and log s of each.
  void (*edge_divergence)(size_t count, const real *weight, const real *precision, const real *m, const real *s,
                          const real *slope, real *gradient_m, real *gradient_rho, real *squares, real *logs);
  // z, dz/dtheta and gamma of relaxed Bernoullis (THEORY.md 3.2); z is 0 or 1 unless `soft`. Returns sum gamma.
  double (*indicators)(size_t count, double inverse_temperature, int soft, const real *theta, const real *uniform, real *z,
                     real *slope, real *gamma);
  // Returns sum gamma on_cost + (1-gamma) off_cost - entropy (3.4: on_cost = -log lambda, off_cost = -log(1-lambda));
  // gradient += gamma (1-gamma) (theta - prior_logit) per_row.
  double (*inclusion_divergence)(size_t count, double on_cost, double off_cost, double prior_logit, double per_row,
                                 const real *theta, real *gradient);

  // MARK: Scales (THEORY.md 2.2-2.4, 3.6-3.11); `moments` has SLAB_MOMENT_COUNT rows of `stride`.
  // All moments but the draw, of log-normals. Returns a number that is finite only where all of them are.
  double (*log_normal)(size_t count, size_t stride, const real *location, const real *rho, real *moments);
  // The draw of products of `factors` log-normals, which one normal e moves: omega^2 = sum omega_f^2.
  void (*log_normal_draw)(size_t count, size_t stride, size_t factors, const real *e, real *moments);
  // log t^2 = log_global + sum of draws; log_scale = log t~ = (log t^2 - softplus(log t^2 - log_cap))/2;
  // elasticity = dlog t~^2/dlog t^2; scale = t~. No cap: log_cap infinite.
  void (*regularise)(size_t count, size_t stride, size_t factors, double log_global, double log_cap, const real *moments,
                     real *elasticity, real *log_scale, real *scale);
  // by_log = dL/dlog t^2 = elasticity gate_gradient gate/2. sums: of it, and of what goes to the cap.
  void (*scale_gradient)(size_t count, const real *gate_gradient, const real *gate, const real *elasticity, real *by_log,
                         double *sums);
  // Returns sum of log_factor[j] E log X + mean_factor[j] m E X + inverse_factor E 1/X - entropy, and writes its
  // derivatives times per_row plus those that the draw has of the likelihood. No rho: a point.
  double (*scale_divergence)(size_t count, size_t stride, const real *moments, const real *by_log,
                             const real *log_factor, const real *mean_factor, double mean_multiplier,
                             double inverse_factor, double per_row, real *gradient_location,
                             real *_Nullable gradient_rho);

  // MARK: Adam (Kingma & Ba 2015, algorithm 1; beta 0.9 and 0.999, epsilon 1e-8): step_size = lr/(1-b1^t),
  // root_scale = 1/(1-b2^t).
  void (*adam)(size_t count, double step_size, double root_scale, const real *gradient, real *first, real *second,
               real *parameter);
  // v = keep v + gradient; parameter -= step_size v.
  void (*momentum)(size_t count, double step_size, double keep, const real *gradient, real *first, real *parameter);
} slab_kernels;

// The levels that this CPU runs, the best first; `index` from 0. Null behind the last.
const slab_kernels *_Nullable slab_float_kernels(int index);
const slab_kernels *_Nullable slab_double_kernels(int index);

// Asks for rows of a table, `row_bytes` each, some time before `gather` wants them: of long rows for their beginnings, after
// which the CPU sees for itself how they go on.
void slab_prefetch_rows(size_t rows, const int32_t *row, size_t row_bytes, const void *source);

// While the caller runs a training step: denormals (dying Adam moments) count as zero. Returns what to restore.
uint32_t slab_flush_denormals(void);
void slab_restore_denormals(uint32_t state);

#pragma clang assume_nonnull end
#endif
