/// The end of what facet_small.h began.
#if defined(__x86_64__)
#pragma clang attribute pop
#endif
