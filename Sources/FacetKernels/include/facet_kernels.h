/// The inner loops of the engine: what every kernel takes, and the table of all kernels.
///
/// Tensors are NHWC with batch 1. An int8 tensor is stored in one of two ways, the same for a whole program: as it is
/// (`stored_unsigned == 0`), or as uint8 with 128 added (`stored_unsigned == 1`, what VNNI wants). Zero points and bounds
/// in these structures are in the stored domain, so that one formula serves both. All strides are in bytes.
///
/// Numerics (the design's one definition), binary32, to nearest even at each step, never contracted:
///   p = float(acc) * m[c] (+ float(r - z_r) * m_r);  p = min(max(p, low - z), high - z);  y = int(rne(p)) + z.
/// float32: convolutions are chains of fused multiply-adds, `acc = bias; acc = fma(x, w, acc)` in the order of the weights, one for each result;
/// in all else each operation is rounded, none fused, subnormal numbers are kept.
/// Every kernel of one operation gives the same bytes as its scalar form (of float32, any NaN for any other). The caller has checked all bounds.
#ifndef FACET_KERNELS_H
#define FACET_KERNELS_H
#include "facet_functions.h"
#include "facet_operations.h"
#include <stddef.h>
#include <stdint.h>

// Hidden from what a program exports: no part of the C interface.
#pragma GCC visibility push(hidden)

#pragma STDC FP_CONTRACT OFF

#ifdef __cplusplus
extern "C" {
#endif

/// Bytes after the end of an activation buffer that kernels may read (their values never matter).
#define FACET_OVERREAD 64
/// Output channels of one block of packed convolution weights.
#define FACET_BLOCK 32
/// Axes that a general tensor may have.
#define FACET_AXES 8

/// What becomes of an int8 layer's result p, behind the residual and before its bounds: the function that follows the layer, of the result before it is
/// rounded to int8. Each operation in binary32, rounded.
typedef enum {
  FACET_RESULT_PLAIN,
  FACET_RESULT_SLOPES,     ///< PRelu: n = p * slopes[c]; p < 0 ? n : p
  FACET_RESULT_HARD_SWISH, ///< t = p * alpha; t = t + beta; t = min(max(t, 0), 1); p * t
  /// Any function, as 64 pieces: v = int(rne(min(max(p, -32768 - offset), 32767 - offset))) + offset; i = the highest 6 of v's 16 bits; o = its lowest 10;
  /// w = pieces[i] + (pieces[64 + i] * o + 512 >> 10), in 16 bits that may wrap; y = min(max(w + 64 >> 7, -128), 127), of a signed result, and that is all.
  FACET_RESULT_PIECES,
  FACET_RESULT_COUNT
} facet_result_function;
enum { FACET_PIECES = 64 };

/// A convolution or fully connected layer (1x1 on one pixel), int8 or float32.
///
/// Weights: for each group, for each block of 32 output channels (the last padded with zeros), for each segment, for each
/// step: int8 `[32][4]` (four consecutive inputs of each output channel; a segment's length is rounded up to 4 with zero weights),
/// float32 `[32]`. A segment is a run of input elements that lie side by side: a whole kernel row (`kernel_w * group_inputs`
/// elements, when `row_segments`: needs dilation_x == 1, one group and pixels without a gap), otherwise one tap (`group_inputs`).
/// `initial`, `multiplier`, `scores_multiplier`, `bias`: `[groups * blocks * 32]`, padded with zeros.
typedef struct {
  const void *input; ///< the element under tap (0,0) of output pixel (0,0): may lie in the border
  ptrdiff_t input_row, input_pixel;
  void *output; ///< int8 result, or float32 in a float32 kernel; NULL when only scores are wanted
  ptrdiff_t output_row, output_pixel;
  float *scores; ///< int8 kernels only: float(acc) * scores_multiplier[c] (+ float(r - z_r) * scores_residual_multiplier), or NULL
  ptrdiff_t scores_row, scores_pixel;
  const void *residual; ///< same geometry and type as the output, or NULL; may be the output itself
  ptrdiff_t residual_row, residual_pixel;
  const void *weights;
  const int32_t *initial; ///< int8: what an accumulator starts from (bias - z_in * sum of weights, stored domain)
  const float *multiplier; ///< int8: m
  const float *scores_multiplier; ///< int8: s, or NULL
  const float *bias; ///< float32: what an accumulator starts from
  int32_t out_height, out_width;
  int32_t groups, group_inputs, group_outputs; ///< channels of one group
  int32_t kernel_h, kernel_w, stride_y, stride_x, dilation_y, dilation_x;
  int32_t row_segments;
  int32_t stored_unsigned;
  int32_t zero, low, high; ///< int8: of the output
  int32_t residual_zero;
  float residual_multiplier, scores_residual_multiplier;
  float low_f, high_f; ///< float32: clamp, -inf and inf where there is none
  int32_t function; ///< int8: a `facet_result_function` of the output; not FACET_RESULT_PLAIN: without scores
  const float *slopes; ///< as `multiplier`
  const int16_t *pieces; ///< [2][64]
  int32_t offset; ///< in [-32768, 32767]
  float alpha, beta;
  uint32_t proofs; ///< int8: `facet_proof` bits: what the compiler has proved of all sums
  void *scratch; ///< the running thread's own, at a multiple of 64: what `facet_kernel_scratch` says, or anything where that is 0
} facet_conv;

/// What is proved of each sum y = initial + sum of w * x over activations that are stored signed, whatever they are: |initial| + 128 * sum of |w| is
/// below a bound. Kernels whose intermediate sums are multiples of y rely on it: a false bit gives wrong results, and nothing worse.
typedef enum {
  FACET_PROOF_25 = 1, ///< below 2^25: Winograd's F(4x4, 3x3) is exact
  FACET_PROOF_29 = 2, ///< below 2^29: F(2x2, 3x3) is exact
} facet_proof;

/// A depthwise convolution (group_inputs == group_outputs == 1), int8 or float32; also a standalone affine (1x1).
/// The fields mean what they mean in `facet_conv`, with weights `[kernel_h * kernel_w][channels]` and per-channel arrays `[channels]`.
typedef struct {
  facet_conv c; ///< groups is the number of channels
} facet_depthwise;

/// Max or average pooling, int8 or float32. Windows are clipped to the input: the border is never read.
typedef struct {
  const void *input; ///< interior pixel (0,0)
  ptrdiff_t input_row, input_pixel;
  void *output;
  ptrdiff_t output_row, output_pixel;
  float *scores; ///< average, int8: float(acc) * scores_multiplier[n]; or NULL
  ptrdiff_t scores_row, scores_pixel;
  int32_t in_height, in_width, out_height, out_width, channels;
  int32_t kernel_h, kernel_w, stride_y, stride_x, dilation_y, dilation_x, pad_top, pad_left;
  /// Average: multipliers by the number n of elements that the mean divides by: index n - 1; or one for all when `one_multiplier`.
  const float *multiplier; ///< int8: s_in / (s_out * n)
  const float *scores_multiplier; ///< int8: s_in / n
  int32_t one_multiplier;
  int32_t count_include_pad; ///< n also counts positions in the padding (not those that ceil mode adds beyond it)
  int32_t pad_bottom, pad_right;
  int32_t stored_unsigned;
  int32_t input_zero, zero, low, high; ///< max pooling keeps the input's quantization and uses none of these
} facet_pool;

/// Add or multiply of two tensors, int8 or float32, with broadcasting by zero strides. The output may be an operand that is not repeated.
typedef struct {
  const void *a;
  ptrdiff_t a_row, a_pixel, a_channel; ///< a_channel: the size of an element, or 0 to repeat one
  const void *b;
  ptrdiff_t b_row, b_pixel, b_channel;
  void *output;
  ptrdiff_t output_row, output_pixel;
  float *scores;
  ptrdiff_t scores_row, scores_pixel; ///< int8 add: the same sum with the scores' multipliers; or NULL
  int32_t height, width, channels;
  int32_t stored_unsigned;
  int32_t a_zero, b_zero, zero, low, high;
  /// Add: p = float(a - z_a) * a_multiplier + float(b - z_b) * b_multiplier. Multiply: p = float((a - z_a) * (b - z_b)) * a_multiplier.
  float a_multiplier, b_multiplier, scores_a_multiplier, scores_b_multiplier;
  float low_f, high_f;
} facet_binary;

/// Channels in a block of a table's sum: what threads share.
#define FACET_TABLE_SUM_BLOCK 32

/// One input, one output, element by element: a table (int8), or a function (float32), or a change of form; softmax runs over the
/// channels of each pixel. `input` and `output` may be the same. A table sum has one pixel of float32 as its result, from `height` x `width` of int8: of
/// each channel the sum of the table's entries, in 16 binary64 partials (pixel i in i mod 16), over alpha; where beta is 1 the root of that.
/// Split has two int8 images as its result: x * scale = high + low / alpha, both rounded, and with the zero point within 127; the low part lies `low_part`
/// bytes behind the high one: in the rows below all high ones, or in the channels behind those of its pixel.
typedef struct {
  const void *input;
  ptrdiff_t input_row, input_pixel;
  void *output;
  ptrdiff_t output_row, output_pixel;
  int32_t height, width, channels, stored_unsigned;
  const uint8_t *table; ///< table: 256 entries by q + 128, each q' + 128; channel table: 256 for each channel; table sum: 256 float
  int32_t input_zero; ///< dequantize: y = float(q - z) * scale
  int32_t output_zero; ///< quantize, split: q = int(rne(clamp(x * scale))) + z, scale the reciprocal of the tensor's; NaN gives z
  float scale;
  int32_t function; ///< function: a `facet_function`, whose constants are alpha and beta
  float alpha, beta; ///< float32 functions: clip low, high; hard sigmoid alpha, beta (hard swish has its own, 1/6 and 0.5); table sum, split above
  ptrdiff_t low_part;
} facet_unary;

/// Elements in canonical (NCHW) order copied between two NHWC tensors of as many elements. Also NHWC -> planar results.
typedef struct {
  const void *input;
  ptrdiff_t input_row, input_pixel;
  int32_t in_height, in_width, in_channels;
  void *output;
  ptrdiff_t output_row, output_pixel;
  int32_t out_height, out_width, out_channels;
  int32_t element_size; ///< 1 or 4
} facet_reshape;

// The following work on plain tensors: elements side by side in row-major order.

/// Functions of one number, by their numbers in bundles.
#define FACET_FUNCTION_NUMBER(name, expression) FACET_##name,
typedef enum { FACET_FUNCTIONS(FACET_FUNCTION_NUMBER) FACET_FUNCTION_COUNT } facet_function;

/// Elements moved by tables: over a grid of `dimensions`, from the sum of the axes' input entries to the sum of their output entries.
typedef struct {
  const void *input;
  void *output;
  const int32_t *tables; ///< input entries of axis 0, of axis 1, ..., then output entries of axis 0, ...; an input entry -1 gives `fill`
  int32_t rank; ///< 1 to 8
  int32_t dimensions[FACET_AXES];
  int32_t element_size; ///< 1 or 4
  uint8_t fill[4]; ///< the element as stored
} facet_rearrange;

/// Functions of two operands.
// clang-format off
typedef enum {
  FACET_ADD, FACET_SUBTRACT, FACET_MULTIPLY, FACET_DIVIDE, FACET_MINIMUM, FACET_MAXIMUM, FACET_POWER, FACET_PRELU, FACET_REVERSE_SUBTRACT,
  FACET_REVERSE_DIVIDE, FACET_REVERSE_POWER, FACET_EQUAL, FACET_LESS, FACET_LESS_OR_EQUAL, FACET_REVERSE_LESS, FACET_REVERSE_LESS_OR_EQUAL,
  FACET_WHERE_TRUE, FACET_WHERE_FALSE, FACET_REVERSE_WHERE_TRUE, FACET_REVERSE_WHERE_FALSE, FACET_ELEMENTWISE_COUNT
} facet_elementwise_function;
// clang-format on

/// Two operands, float32, over a grid of `dimensions`; strides in elements, 0 repeats. The output may be an operand that is not repeated.
typedef struct {
  const float *a, *b;
  float *output;
  int32_t function; ///< a `facet_elementwise_function`
  int32_t rank; ///< 1 to 8
  int32_t dimensions[FACET_AXES], a_strides[FACET_AXES], b_strides[FACET_AXES];
} facet_elementwise;

// clang-format off
typedef enum {
  FACET_REDUCE_SUM, FACET_REDUCE_MEAN, FACET_REDUCE_MAXIMUM, FACET_REDUCE_MINIMUM, FACET_REDUCE_PRODUCT, FACET_REDUCE_L1, FACET_REDUCE_L2,
  FACET_REDUCE_SUM_OF_SQUARES, FACET_REDUCE_INDEX_OF_MAXIMUM, FACET_REDUCE_INDEX_OF_MINIMUM, FACET_REDUCE_COUNT
} facet_reduce_function;
// clang-format on

/// A reduction, float32: one result for each place of the kept axes, over the places of the reduced axes. Strides of the input, in elements.
typedef struct {
  const float *input;
  float *output;
  int32_t function; ///< a `facet_reduce_function`
  int32_t kept_rank; ///< 0 to 8
  int32_t kept[FACET_AXES], kept_strides[FACET_AXES];
  int32_t reduced_rank; ///< 1 to 8
  int32_t reduced[FACET_AXES], reduced_strides[FACET_AXES];
} facet_reduce;

/// output = a (rows x inner) * b (inner x columns) for each of a batch of up to 4 axes, float32, row-major. Strides of the batch axes in elements.
typedef struct {
  const float *a, *b;
  float *output;
  int32_t rows, inner, columns;
  int32_t batch[4], a_strides[4], b_strides[4];
} facet_matrix_product;

/// output[o][j][i] = sum of weights[j][t] * input[o][indices[j][t]][i], t rising. int8: p = float(sum of weights * (q - z)) * 2^-11.
typedef struct {
  const void *input;
  void *output;
  int32_t outer, input_size, output_size, inner, taps;
  const int32_t *indices; ///< [output_size][taps]
  const void *weights; ///< [output_size][taps]: float, or for int8 int32_t in units of 2^-11
  int32_t zero, stored_unsigned;
} facet_resample;

/// Along the middle axis of [outer][size][inner]: the first `count` by value into [outer][count][inner], the lower index first among
/// equals; not a number counts as the largest. float32.
typedef struct {
  const float *input;
  float *output;
  int32_t outer, size, inner; ///< at most 2^24 elements in all
  int32_t count; ///< 1 to `size`
  int32_t smallest; ///< the smallest come first, otherwise the largest
  int32_t indices; ///< the result is their places along the axis, otherwise their values
} facet_top_k;

/// Layer, group, instance and RMS normalization: of the channels of a group in each pixel, or in all pixels together. `input` and `output` may be
/// the same.
///
/// int8: n elements with S1 = sum of (q - z), S2 = sum of (q - z)^2; mean = S1 / n, variance = s * s * (n * S2 - S1 * S1) / (n * n) in binary64,
/// left to right. float32: sums in 16 binary64 partials, element i into i mod 16, then t[j] += t[j + k] for k = 8, 4, 2, 1; mean = sum of x / n,
/// variance = sum of (x - mean)^2 / n. RMS: mean 0, variance the mean of squares. M = float(mean), A = float(s / sqrt(variance + epsilon)).
/// t = (float(q - z) - M) * A; p = t * gamma[c]; p = p + beta[c], each rounded; then as every result.
typedef struct {
  const void *input;
  ptrdiff_t input_row, input_pixel;
  void *output;
  ptrdiff_t output_row, output_pixel;
  int32_t height, width, channels;
  int32_t groups; ///< of channels; divides them
  int32_t share_groups; ///< over all pixels: how many groups count as one row of the result
  int32_t root_mean_square;
  int32_t stored_unsigned;
  int32_t input_zero, zero, low, high;
  int32_t float_output; ///< int8 kernels: the result is float32
  float scale; ///< int8: s, of the input
  float epsilon; ///< positive
  float low_f, high_f; ///< clamp of a float32 result
  const float *gamma, *beta; ///< [channels]; for an int8 result in units of its scale
} facet_normalization;

/// Softmax of each pixel's channels, float32 to float32 or int8. A float32 result may be the input.
///
/// e[i] = exp(x[i] - max) as in facet_exp_f32.h; d = float(sum of e in 16 binary64 partials, element i into i mod 16, then t[j] += t[j + k] for
/// k = 8, 4, 2, 1); y = e[i] / d. int8: p = y * multiplier, q = int(rne(clamp(p, 0, 255))) - 128; NaN gives -128.
typedef struct {
  const void *input;
  ptrdiff_t input_row, input_pixel;
  void *output;
  ptrdiff_t output_row, output_pixel;
  int32_t height, width, channels;
  int32_t stored_unsigned;
  int32_t float_output; ///< the result is float32
  float multiplier; ///< 1 / scale of an int8 result
} facet_softmax;
/// output = (a (rows x inner) * b (inner x columns)) * multiplier for each place of three batch axes, through strides. The result lies over neither
/// operand and all its elements are distinct.
///
/// int8: acc = sum of (a - z_a) * (b - z_b), exact in 32 bits; p = float(acc) * multiplier. float32: acc = 0; acc = fma(a, b, acc) in the order of the
/// inner index; p = acc * multiplier. Then as every result.
typedef struct {
  const void *a, *b; ///< their first elements
  void *output;
  int32_t rows, inner, columns; ///< int8: inner is at most 32768
  int32_t batch[3];
  ptrdiff_t a_batch[3], a_row, a_inner; ///< all strides in elements, 0 repeats
  ptrdiff_t b_batch[3], b_inner, b_column;
  ptrdiff_t output_batch[3], output_row, output_column;
  int32_t stored_unsigned;
  int32_t a_zero, b_zero, zero, low, high;
  int32_t float_output; ///< int8 kernels: the result is float32
  float multiplier;
  float low_f, high_f; ///< clamp of a float32 result
} facet_product;

/// Network input to its tensor.
typedef struct {
  const void *input; ///< uint8 HWC pixels without gaps, or float32 CHW, normalized
  void *output;
  ptrdiff_t output_row, output_pixel;
  int32_t height, width, channels;
  int32_t stored_unsigned;
  const void *table; ///< pixels: per channel 256 entries: uint8 (q + 128) or float32
  float multiplier; ///< float to int8: q = int(rne(clamp(x * r + offset))) + z, the product rounded; NaN gives z
  float offset; ///< where the zero of the input lies between two codes
  int32_t zero;
  const float *factors; ///< pixels with a mean image: per channel; x = p * factor - mean, each rounded (int8: q as above of x)
  const float *means; ///< HWC
} facet_gather;

// What a kernel is called with: the structure of its operation, and which part of the result to make.
/// Output pixels [p0, p1) (row-major) and blocks of 32 output channels [b0, b1) (over all groups) of a `facet_conv`.
typedef void facet_tiles_kernel(const void *arguments, int32_t p0, int32_t p1, int32_t b0, int32_t b1);
/// Output rows [y0, y1); of a product of matrices, rows of all batches; of a normalization over all pixels, its shares of groups.
typedef void facet_rows_kernel(const void *arguments, int32_t y0, int32_t y1);
/// All of it.
typedef void facet_whole_kernel(const void *arguments);

/// What kernels do. Each operation has a scalar kernel, the oracle of the others.
#define FACET_OPERATION_NUMBER(name) FACET_##name,
typedef enum { FACET_OPERATIONS(FACET_OPERATION_NUMBER) FACET_OPERATION_COUNT } facet_operation;

/// A line of the table of kernels (Levels).
typedef struct {
  uint16_t operation; ///< a `facet_operation`
  uint16_t layout; ///< of the weights: the place in Levels/layouts.inc
  uint32_t needs; ///< bits of the CPU (facet_cpu.h)
  const char *name; ///< the function's, without "facet_": operation, datatype, tile, ISA
  /// Which arguments it takes (those of its operation); NULL for all.
  int32_t (*fits)(const void *arguments);
  /// Bytes of scratch that it needs in each thread; NULL for none. The same for all arguments of one shape.
  size_t (*scratch)(const void *arguments);
  union { ///< the member of its operation, the same for all kernels of one
    facet_tiles_kernel *tiles;
    facet_rows_kernel *rows;
    facet_whole_kernel *whole;
  } run;
} facet_kernel;

/// The whole table: for each operation the best kernels first, its scalar one last.
const facet_kernel *facet_kernel_list(size_t *count);
/// The first kernel of an operation that needs no more than `features` and takes `arguments`; never NULL.
const facet_kernel *facet_find_kernel(facet_operation operation, uint32_t features, const void *arguments);

/// Whether any kernel of this CPU's table needs scratch: where none does, what finds out how much is left out.
static inline int32_t facet_kernels_have_scratch(void) {
#if defined(__x86_64__)
  return 0;
#else
  return 1;
#endif
}

/// Bytes of scratch that a kernel needs in each thread for these arguments: a multiple of 64.
size_t facet_kernel_scratch(const facet_kernel *kernel, const void *arguments);

/// A level of instructions that a caller may ask for by name (`--isa`): its place among those of the CPU that this is built for, 0 for the
/// scalar kernels and higher for better ones.
typedef enum { FACET_ISA_SCALAR = 0 } facet_isa;

/// A level on this CPU.
typedef struct {
  facet_isa isa;
  const char *name; ///< as in Levels; NULL where this CPU lacks the level
  uint32_t features; ///< bits that its kernels may use
} facet_level;

/// The best level that this CPU has.
facet_isa facet_best_isa(void);
/// A level on this CPU; its name is NULL where the CPU lacks it.
facet_level facet_level_of(facet_isa isa);
/// The name of a level, also where this very CPU lacks it; NULL behind the last one.
const char *facet_level_name(facet_isa isa);

/// Whether any byte is -128 (as int8): weights must not hold it.
int32_t facet_holds_minimum(const void *bytes, size_t count);

#ifdef __cplusplus
}
#endif
#pragma GCC visibility pop

#endif
