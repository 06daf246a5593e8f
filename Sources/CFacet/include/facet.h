/// The C interface of the Facet engine: open a bundle, make a session, set an input, evaluate attributes, read scores.
///
/// No function allocates after `facet_session_create`, but `facet_set_frame`, whose scratch is reserved at the first frame and
/// again only when a larger one comes. A bundle may serve several sessions in several threads; a session serves one thread at
/// a time. Nothing here ends the process, whatever the bundle or the arguments are; passing pointers that do not point to what
/// is said is the one thing that cannot be checked.
#ifndef FACET_H
#define FACET_H
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct facet_bundle facet_bundle;
typedef struct facet_session facet_session;

/// What went wrong. `code` is 0 where nothing did; codes never change their meaning. -1 stands for a place that does not apply.
typedef struct {
  int32_t domain; ///< 1: the bundle (codes "B<n>"), 2: the session or its input (codes "S<n>")
  int32_t code;
  int32_t section;     ///< in the bundle's section table
  int32_t fragment;    ///< 0 is the trunk
  int32_t instruction; ///< in the fragment
  int32_t item;        ///< tensor, attribute, plan or fork
  const char *message; ///< one English sentence without a final stop; valid for ever; "" where nothing went wrong
} facet_error;

/// A level of kernels: its place among those of the CPU that the engine is built for, the lowest first.
/// x86-64: 0 scalar, 1 avx2, 2 avxvnni, 3 avx512vnni. aarch64, armv7, riscv64: 0 scalar; `facet_isa_name` has the others.
/// Any other number, and a level whose instructions this CPU lacks, is refused (S2). Levels to come may move these numbers; a program that keeps
/// one keeps its name (`facet_isa_name`). FACET_ANY_ISA is the best that this CPU has.
#define FACET_ANY_ISA (-1)

/// The engine's version, "0.1.0".
const char *facet_version(void);

/// The newest bundle format that the engine reads.
int32_t facet_format_version(void);

/// Opens the `count` bytes of a bundle, which begin at a multiple of 64 (a mapped file does) and stay until it is closed.
/// NULL where they are refused; then `error` (may be NULL) says why.
facet_bundle *facet_bundle_open(const void *bytes, size_t count, facet_error *error);
/// Closes a bundle. Sessions made from it stay usable, as long as the bytes do.
void facet_bundle_close(facet_bundle *bundle);
/// Checks the SHA-256 of every section: 1 where all match, otherwise 0 and `error`. Opening needs no hashes to be safe.
int32_t facet_bundle_verify_hashes(const facet_bundle *bundle, facet_error *error);

int32_t facet_attribute_count(const facet_bundle *bundle);
/// UTF-8 without a final zero; NULL and length 0 where there is none. Valid as long as the bytes.
const char *facet_attribute_name(const facet_bundle *bundle, int32_t attribute, size_t *length);
/// Number of classes that an attribute's answer is one of; 0 where it is a number or a map of places. One score with a confidence stands for
/// two: class 0, the negative, and class 1, the positive, whose probability the score gives.
int32_t facet_class_count(const facet_bundle *bundle, int32_t attribute);
/// Labels of an attribute: none, or one for each class. Valid until the bundle is closed.
int32_t facet_label_count(const facet_bundle *bundle, int32_t attribute);
const char *facet_label(const facet_bundle *bundle, int32_t attribute, int32_t label, size_t *length);
/// Number of the attribute of this name, -1 where there is none.
int32_t facet_attribute_named(const facet_bundle *bundle, const char *name, size_t length);
/// Number of values of an attribute; 0 where there is none.
size_t facet_score_count(const facet_bundle *bundle, int32_t attribute);
/// How scores become confidences: 0 not at all, 1 softmax, 2 sigmoid, 3 they are probabilities already.
int32_t facet_confidence_rule(const facet_bundle *bundle, int32_t attribute);
/// The confidence below which an answer is unsure; NaN where none is set.
float facet_threshold(const facet_bundle *bundle, int32_t attribute);

/// The network's input: 1 where it takes pixels, 0 where it takes tensors only.
int32_t facet_input_size(const facet_bundle *bundle, int32_t *height, int32_t *width, int32_t *channels);
/// The condition on which an attribute is evaluated (its gate), as the recipe has it; NULL and length 0 where there is none.
const char *facet_gate(const facet_bundle *bundle, int32_t attribute, size_t *length);
/// Parts of the network: 0 is the trunk. The set of attributes that need a part; 0 where there is none.
int32_t facet_fragment_count(const facet_bundle *bundle);
uint64_t facet_fragment_attributes(const facet_bundle *bundle, int32_t fragment);
/// SHA-256 of all programs and weights: bundles with the same one cost the same.
void facet_programs_hash(const facet_bundle *bundle, uint8_t hash[32]);

/// Forks: the tensors where branches leave, by their names in the model.
int32_t facet_fork_count(const facet_bundle *bundle);
const char *facet_fork_name(const facet_bundle *bundle, int32_t fork, size_t *length);
/// Number of the fork of this name, -1 where there is none.
int32_t facet_fork_named(const facet_bundle *bundle, const char *name, size_t length);
/// Number of values of a fork, and its shape; 0 where there is none.
size_t facet_fork_size(const facet_bundle *bundle, int32_t fork, int32_t *channels, int32_t *height, int32_t *width);

/// Memory plans. Plan 0 serves every set of attributes and all forks; each other one serves the attributes of a profile alone, in a
/// smaller arena.
int32_t facet_plan_count(const facet_bundle *bundle);
/// A plan's name, UTF-8 without a final zero: "" for plan 0; NULL and length 0 where there is no such plan.
const char *facet_plan_name(const facet_bundle *bundle, int32_t plan, size_t *length);
/// Number of the plan of the profile of this name, -1 where there is none.
int32_t facet_plan_named(const facet_bundle *bundle, const char *name, size_t length);
/// The set of attributes that a plan serves; 0 where there is no such plan.
uint64_t facet_plan_attributes(const facet_bundle *bundle, int32_t plan);
/// Bytes of an arena for plan `plan` (0 serves all sets of attributes) and a session of so many threads with the kernels of a level (`FACET_ANY_ISA`:
/// the best that this CPU has), each thread's scratch included; 0 where there is no such plan or this CPU lacks the level.
size_t facet_arena_bytes(const facet_bundle *bundle, int32_t plan, int32_t threads, int32_t isa);

/// 1 where this CPU has what the kernels of a level need, 0 where it has not or there is no such level. A level's name, NULL where there is none.
int32_t facet_isa_available(int32_t isa);
const char *facet_isa_name(int32_t isa);

/// Makes a session. `arena`: at least `facet_arena_bytes` bytes at a multiple of 64, the caller's as long as the session; NULL to
/// allocate. NULL where that is impossible; then `error` (may be NULL) says why.
facet_session *facet_session_create(const facet_bundle *bundle, int32_t plan, int32_t threads, int32_t isa, void *arena, size_t arena_bytes,
                                    facet_error *error);
void facet_session_destroy(facet_session *session);
/// The level whose kernels run.
int32_t facet_session_isa(const facet_session *session);

// These give 1, or 0 and the error. They start a new input: nothing has been evaluated on it.

/// uint8, height x width x channels of the network, its colour order, no gaps.
int32_t facet_set_pixels(facet_session *session, const void *pixels, size_t count, facet_error *error);
/// uint8 RGB (channels 3) or gray (1), `height` rows of `row_stride` bytes; the part at (x, y) is cropped, resized and reordered as
/// the bundle says. `region_width` 0: the whole frame.
int32_t facet_set_frame(facet_session *session, const void *pixels, size_t count, int32_t width, int32_t height, size_t row_stride, int32_t channels,
                        int32_t x, int32_t y, int32_t region_width, int32_t region_height, facet_error *error);
/// float32, channels x height x width, normalized already.
int32_t facet_set_tensor(facet_session *session, const float *values, size_t count, facet_error *error);

/// Starts from a fork instead (with plan 0): float32, channels x height x width. Several forks may be set one after the other, until something is
/// evaluated; then attributes that need no more than these can be.
int32_t facet_set_fork(facet_session *session, int32_t fork, const float *values, size_t count, facet_error *error);

/// Runs what the attributes (bit i: attribute i) need and has not run on this input. Attributes whose gate's condition does not hold
/// are left out; those that a gate reads are evaluated too. 1, or 0 and the error.
int32_t facet_evaluate(facet_session *session, uint64_t attributes, facet_error *error);
/// As `facet_evaluate`, within `budget_ns` nanoseconds from now on: attributes that cannot be had within it are left out.
/// `ignore_gates` 1: as if there were no gates.
int32_t facet_evaluate_within(facet_session *session, uint64_t attributes, uint64_t budget_ns, int32_t ignore_gates, facet_error *error);
#define FACET_NO_BUDGET UINT64_MAX

/// What became of an attribute on this input.
enum {
  FACET_NOT_ASKED = 0,
  FACET_EVALUATED = 1,   ///< its scores can be read
  FACET_GATE_CLOSED = 2, ///< its gate's condition does not hold, or rests on answers that there are not
  FACET_NOT_REACHED = 3  ///< time would have run out
};
int32_t facet_attribute_status(const facet_session *session, int32_t attribute);
/// The attributes that can be evaluated on this input: all, or those that the forks set lead to.
uint64_t facet_available_attributes(facet_session *session, int32_t ignore_gates);

/// The time of budgets: `clock` gives nanoseconds and never goes back. NULL for the system's (CLOCK_MONOTONIC).
void facet_set_clock(facet_session *session, uint64_t (*clock)(void *context), void *context);
/// What each fragment takes, in nanoseconds, `facet_fragment_count` of them: with these, a budget stops before it is spent.
int32_t facet_set_costs(facet_session *session, const uint64_t *nanoseconds, size_t count, facet_error *error);
/// Measures what fragments take from now on (1), each instruction as well (2), or nothing (0); what a fragment took when it last ran, in
/// nanoseconds.
void facet_measure_fragments(facet_session *session, int32_t on);
uint64_t facet_fragment_time(const facet_session *session, int32_t fragment);

/// An instruction as a session runs it.
typedef struct {
  int32_t height, width, channels; ///< all 0 where there is no tensor
} facet_shape;
typedef struct {
  const char *kernel;        ///< its name, the engine's
  int64_t work;              ///< multiply-accumulates, or elements times what is done to each; 0 where it is not counted
  uint64_t nanoseconds;      ///< when it last ran, where instructions are measured
  facet_shape input, output; ///< of what it reads first, and of what it writes
} facet_instruction;
/// Of the instructions of a fragment that the session's plan holds, number `index`: 1, or 0 where there is none.
int32_t facet_get_instruction(const facet_session *session, int32_t fragment, int32_t index, facet_instruction *result);

/// Runs what a fork needs (with plan 0). 1, or 0 and the error.
int32_t facet_evaluate_fork(facet_session *session, int32_t fork, facet_error *error);
/// Writes the values of a fork that was evaluated, channels x height x width; `facet_set_fork` takes them back without loss.
int32_t facet_read_fork(facet_session *session, int32_t fork, float *values, size_t count, facet_error *error);

/// The set of all attributes.
uint64_t facet_all_attributes(const facet_bundle *bundle);
/// The values of an attribute in the model's order, `facet_score_count` of them, until more is evaluated or a new input is set; NULL
/// where it has not been evaluated.
const float *facet_scores(const facet_session *session, int32_t attribute);
/// Writes `count` >= `facet_score_count` confidences. 1, or 0 and the error.
int32_t facet_confidences(facet_session *session, int32_t attribute, float *values, size_t count, facet_error *error);
/// The class that an attribute's scores mean, and the confidence of that class: the highest score, the first of equals; of one score class 1
/// where its probability is at least one half, otherwise class 0 with what is left of 1. The class is -1 where the attribute has none or no
/// score is a number, the confidence not a number where there is none. 1, or 0 and the error.
int32_t facet_answer(facet_session *session, int32_t attribute, int32_t *class_index, float *confidence, facet_error *error);

/// 1 where an attribute is a number (an age in years) that `facet_value` works out of its scores; what it counts, NULL and length 0 where that
/// is not said.
int32_t facet_is_value(const facet_bundle *bundle, int32_t attribute);
const char *facet_value_unit(const facet_bundle *bundle, int32_t attribute, size_t *length);
/// That number; not a number where it is none, or has not been evaluated.
float facet_value(facet_session *session, int32_t attribute);

/// Samples of the bundle's self-test; sample `index`: 1 where the scores are the stated ones, 0 where they differ, -1 and the error
/// where it could not run. Replaces the input.
int32_t facet_self_test_count(const facet_bundle *bundle);
int32_t facet_self_test(facet_session *session, int32_t index, facet_error *error);

#ifdef __cplusplus
}
#endif
#endif
