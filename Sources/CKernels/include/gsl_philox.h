// Philox4x32-10 as a generator of GSL, so that every sampler of GSL can draw from a keyed stream.
#ifndef SLABLAB_GSL_PHILOX_H
#define SLABLAB_GSL_PHILOX_H

// The `const gsl_rng_type *`, untyped so that this header asks for none of GSL's.
// `gsl_rng_set` takes the 64-bit key and rewinds the stream to its start.
const void *slab_gsl_rng_philox(void);
#endif
