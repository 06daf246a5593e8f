#if defined(__aarch64__) || defined(__arm__)
#include "facet_conv_strip_neon.h"
#include <arm_neon.h>

/// from, from + by, and so on, rounded up to four: once for inputs, outputs and residuals, which keeps it small.
FACET_OUTLINE void steps(ptrdiff_t *to, ptrdiff_t from, ptrdiff_t by, int32_t count) {
#if defined(__aarch64__)
  const int64x2_t four = vdupq_n_s64(4 * by);
  int64x2_t first = vcombine_s64(vcreate_s64((uint64_t)from), vcreate_s64((uint64_t)(from + by))), second = vaddq_s64(first, vdupq_n_s64(2 * by));
  FACET_ROLLED_FOR(int32_t i = 0; i < count; i += 4, first = vaddq_s64(first, four), second = vaddq_s64(second, four)) {
    vst1q_s64(to + i, first);
    vst1q_s64(to + i + 2, second);
  }
#else
  for (int32_t i = 0; i < count; i++) to[i] = from + i * by;
#endif
}

void facet_conv_fill_strip_neon(const facet_conv *c, const uint8_t *base, int32_t p0, int32_t p1, facet_strip *s) {
  const facet_conv_strides strides = facet_conv_strides_of(c);
  facet_position p = facet_position_at(c, p0);
  s->first = p0;
  s->count = p1 - p0;
  for (int32_t i = 0, row; i < s->count; i += row) { // what lies in one row
    row = s->count - i < c->out_width - p.x ? s->count - i : c->out_width - p.x;
    steps(s->input + i, (ptrdiff_t)base + p.input, strides.input, row);
    steps(s->output + i, p.output, strides.output, row);
    if (c->residual) steps(s->residual + i, p.residual, strides.residual, row);
    facet_position_advance(&strides, &p, row);
  }
  for (int32_t i = s->count; i < s->count + REPEATED; i++) {
    s->input[i] = s->input[i - 1], s->output[i] = s->output[i - 1];
    if (c->residual) s->residual[i] = s->residual[i - 1];
  }
}
#endif
