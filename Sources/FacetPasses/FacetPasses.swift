// FacetPasses: rewrites of a graph that keep its function, each a named patch that can be stopped after.
//
// Passes/ has a file for each; Rewriting/ what they stand on; `PassPipeline` is their list, run to a fixpoint.
