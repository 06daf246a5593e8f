import FacetKernels

/// The kernel levels of this CPU.
let everyLevel = [FACET_ISA_SCALAR, FACET_ISA_AVX2, FACET_ISA_AVXVNNI, FACET_ISA_AVX512VNNI].filter { facet_level_of($0).name != nil }
