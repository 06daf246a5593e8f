// FacetIR: a network as a graph of operators over tensors, in the order in which they are computed.
//
// Graph/ holds graphs, their invariants and the text that tests compare; Operators/ a file for each family of operators: attributes,
// shapes, cost, the reference in float32 (an oracle, never the way to run) and whether int8 has a form of it; Analysis/ what is asked of
// whole graphs.
