// FacetBundle: bundles in use on the workstation: opened, described, compared, patched, and asked where they come from.
//
// It runs nothing on data; FacetEvaluation does.
