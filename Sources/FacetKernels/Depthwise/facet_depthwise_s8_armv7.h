/// What a depthwise convolution in 32-bit NEON spends most time in, by inline assembly: the compiler spills and computes an address for each load.
/// After facet_depthwise_s8_neon.h.

/// Sums of 16 channels in fixed registers, four numbers each.
#define FACET_SUMS_REGISTERS           \
  register int32x4_t s0 __asm__("q4"); \
  register int32x4_t s1 __asm__("q5"); \
  register int32x4_t s2 __asm__("q6"); \
  register int32x4_t s3 __asm__("q7")

/// Three neighbouring pixels of a row. The first two by their weights in 16 bits, to the sums; the third in q2, its weights in q10. `next` leads
/// from it to the next row.
#define FACET_ROW_OF_THREE               \
  "vldmia %[w]!, {d16-d21}\n"            \
  "vld1.8 {d0, d1}, [%[in]], %[pixel]\n" \
  "vld1.8 {d2, d3}, [%[in]], %[pixel]\n" \
  "vmull.s8 q11, d0, d16\n"              \
  "vmull.s8 q12, d1, d17\n"              \
  "vld1.8 {d4, d5}, [%[in]], %[next]\n"  \
  "vmlal.s8 q11, d2, d18\n"              \
  "vmlal.s8 q12, d3, d19\n"
#define FACET_ADD_PRODUCTS(p0, p1, q0, q1) \
  "vaddw.s16 q4, q4, " p0 "\n"             \
  "vaddw.s16 q5, q5, " p1 "\n"             \
  "vaddw.s16 q6, q6, " q0 "\n"             \
  "vaddw.s16 q7, q7, " q1 "\n"

/// The sums of a 3x3 window, of which `in` is the first tap.
FACET_INLINE facet_sums sums_3x3(const channel_constants *k, const int8x16_t *w, const int8_t *in, ptrdiff_t pixel, ptrdiff_t next) {
  FACET_SUMS_REGISTERS;
  __asm__("vldmia %[initial], {d8-d15}\n" //
          FACET_ROW_OF_THREE              //
          "vmull.s8 q13, d4, d20\n"
          "vmull.s8 q14, d5, d21\n" //
          FACET_ADD_PRODUCTS("d22", "d23", "d24", "d25") FACET_ROW_OF_THREE "vmlal.s8 q13, d4, d20\n"
                                                                            "vmlal.s8 q14, d5, d21\n" //
          FACET_ADD_PRODUCTS("d22", "d23", "d24", "d25") FACET_ADD_PRODUCTS("d26", "d27", "d28", "d29") FACET_ROW_OF_THREE
          "vmull.s8 q13, d4, d20\n"
          "vmull.s8 q14, d5, d21\n" //
          FACET_ADD_PRODUCTS("d22", "d23", "d24", "d25") FACET_ADD_PRODUCTS("d26", "d27", "d28", "d29")
          : "=w"(s0), "=w"(s1), "=w"(s2), "=w"(s3), [in] "+r"(in), [w] "+r"(w)
          : [initial] "r"(&k->initial), [pixel] "r"(pixel), [next] "r"(next)
          : "q0", "q1", "q2", "q8", "q9", "q10", "q11", "q12", "q13", "q14", "memory");
  return (facet_sums){{s0, s1, s2, s3}};
}

/// The steps of facet_results, to memory.
FACET_INLINE void store_16(const channel_constants *k, facet_sums sums, int8_t *output) {
  const facet_floats *constants = &k->multiplier;
  __asm__ volatile("vldmia %[k]!, {d16-d23}\n"
                   "vcvt.f32.s32 %q[s0], %q[s0]\n"
                   "vcvt.f32.s32 %q[s1], %q[s1]\n"
                   "vcvt.f32.s32 %q[s2], %q[s2]\n"
                   "vcvt.f32.s32 %q[s3], %q[s3]\n"
                   "vmul.f32 %q[s0], %q[s0], q8\n"
                   "vmul.f32 %q[s1], %q[s1], q9\n"
                   "vmul.f32 %q[s2], %q[s2], q10\n"
                   "vmul.f32 %q[s3], %q[s3], q11\n"
                   "vldmia %[k], {d16-d21}\n" // zero point, bounds
                   "vdup.32 q11, %[magic]\n"
                   "vadd.f32 %q[s0], %q[s0], q11\n"
                   "vadd.f32 %q[s1], %q[s1], q11\n"
                   "vadd.f32 %q[s2], %q[s2], q11\n"
                   "vadd.f32 %q[s3], %q[s3], q11\n"
                   "vqsub.s32 %q[s0], %q[s0], q11\n"
                   "vqsub.s32 %q[s1], %q[s1], q11\n"
                   "vqsub.s32 %q[s2], %q[s2], q11\n"
                   "vqsub.s32 %q[s3], %q[s3], q11\n"
                   "vqmovn.s32 d24, %q[s0]\n"
                   "vqmovn.s32 d25, %q[s1]\n"
                   "vqmovn.s32 d26, %q[s2]\n"
                   "vqmovn.s32 d27, %q[s3]\n"
                   "vqadd.s16 q12, q12, q8\n"
                   "vqadd.s16 q13, q13, q8\n"
                   "vqmovn.s16 d24, q12\n"
                   "vqmovn.s16 d25, q13\n"
                   "vmax.s8 q12, q12, q9\n"
                   "vmin.s8 q12, q12, q10\n"
                   "vst1.8 {d24, d25}, [%[to]]\n"
                   : [s0] "+w"(sums.v[0]), [s1] "+w"(sums.v[1]), [s2] "+w"(sums.v[2]), [s3] "+w"(sums.v[3]), [k] "+r"(constants)
                   : [to] "r"(output), [magic] "r"(0x4B400000)
                   : "q8", "q9", "q10", "q11", "q12", "q13", "memory");
}
