/// The end of what facet_small.h began.
#if defined(FACET_SMALL_ON_ARM_ONLY) ? defined(__arm__) : defined(__x86_64__) || (defined(__arm__) && defined(FACET_SMALL_ON_ARM))
#pragma clang attribute pop
#endif
