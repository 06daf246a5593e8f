// FacetEvaluation: bundles run and timed on data, by the same calls as on a board.
