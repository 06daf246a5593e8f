/// Scalar kernels that CPUs with vectors take only on request: small, where every CPU of its kind has vector kernels: those for x86-64, and, where
/// FACET_SMALL_ON_ARM is defined before, for 32-bit ARM; or FACET_SMALL_ON_ARM_ONLY: for that alone. Ends with facet_small_end.h.
#if defined(FACET_SMALL_ON_ARM_ONLY) ? defined(__arm__) : defined(__x86_64__) || (defined(__arm__) && defined(FACET_SMALL_ON_ARM))
#pragma clang attribute push(__attribute__((minsize)), apply_to = function)
#endif
