/// Scalar kernels that CPUs with vectors take only on request: small, where every CPU of its kind has vector kernels.
/// And what moves elements one by one, whose loops are short in any case. Ends with facet_small_end.h.
#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((minsize)), apply_to = function)
#endif
