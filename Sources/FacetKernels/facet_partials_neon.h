/// Binary64 sums in 64-bit NEON, as the definitions of softmax and normalization have them.
#ifndef FACET_PARTIALS_NEON_H
#define FACET_PARTIALS_NEON_H
#include "facet_internal.h"
#include <arm_neon.h>

/// Binary64 sums: element i in i mod 16.
typedef struct {
  float64x2_t t[8];
} partials;

/// t[j] += t[j + k] for k = 8, 4, 2, 1.
FACET_INLINE double partials_sum(const partials *p) {
  const float64x2_t *t = p->t;
  const float64x2_t a = vaddq_f64(vaddq_f64(t[0], t[4]), vaddq_f64(t[2], t[6])), b = vaddq_f64(vaddq_f64(t[1], t[5]), vaddq_f64(t[3], t[7]));
  return vpaddd_f64(vaddq_f64(a, b));
}

#endif
