#if !defined(__x86_64__)
#include "facet_machine_limits_internal.h"

const facet_level_peaks facet_peaks_of_levels[] = {{NULL, NULL, 0, NULL, 0}};
#endif
