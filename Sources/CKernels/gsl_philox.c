#include "gsl_philox.h"
#include "philox.h"
#include <gsl/gsl_rng.h>

// Block i of the stream is Philox(key, counter = i), its four words read in order.
typedef struct {
  uint64_t key, counter;
  uint32_t word[4];
  uint32_t read;  // words of the block that were handed out
} philox_state;

static void philox_set(void *state, unsigned long seed) {
  _Static_assert(sizeof(unsigned long) == 8, "a key has 64 bits");
  philox_state *s = state;
  *s = (philox_state){.key = seed, .read = 4};
}

static unsigned long philox_get(void *state) {
  philox_state *s = state;
  if (s->read == 4) {
    slab_philox_block block = slab_philox4x32(s->key, 0, s->counter++);
    for (int i = 0; i < 4; i++) s->word[i] = block.word[i];
    s->read = 0;
  }
  return s->word[s->read++];
}

// [0, 1) with all 53 bits.
static double philox_get_double(void *state) {
  uint64_t high = philox_get(state);
  return (double)((high << 32 | philox_get(state)) >> 11) * 0x1p-53;
}

static const gsl_rng_type philox_type = {
  .name = "philox4x32-10", .max = 0xFFFFFFFFu, .min = 0, .size = sizeof(philox_state),
  .set = philox_set, .get = philox_get, .get_double = philox_get_double,
};

const void *slab_gsl_rng_philox(void) { return &philox_type; }
