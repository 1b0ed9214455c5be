#ifndef SLABLAB_CGSL_H
#define SLABLAB_CGSL_H
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_integration.h>
#include <gsl/gsl_min.h>
#include <gsl/gsl_multimin.h>
#include <gsl/gsl_qrng.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <gsl/gsl_roots.h>
#include <gsl/gsl_sf.h>
#include <gsl/gsl_version.h>

// GSL names its algorithms by global pointers, which Swift 6 takes for shared mutable state; these read them.
static inline const gsl_rng_type *slab_gsl_rng_mt19937(void) { return gsl_rng_mt19937; }
static inline const gsl_rng_type *slab_gsl_rng_ranlxd2(void) { return gsl_rng_ranlxd2; }
static inline const gsl_rng_type *slab_gsl_rng_taus2(void) { return gsl_rng_taus2; }
static inline const gsl_qrng_type *slab_gsl_qrng_sobol(void) { return gsl_qrng_sobol; }
static inline const gsl_min_fminimizer_type *slab_gsl_min_brent(void) { return gsl_min_fminimizer_brent; }
static inline const gsl_root_fsolver_type *slab_gsl_root_brent(void) { return gsl_root_fsolver_brent; }
static inline const gsl_multimin_fminimizer_type *slab_gsl_multimin_nmsimplex2(void) {
  return gsl_multimin_fminimizer_nmsimplex2;
}
static inline const gsl_multimin_fdfminimizer_type *slab_gsl_multimin_bfgs2(void) {
  return gsl_multimin_fdfminimizer_vector_bfgs2;
}
#endif
