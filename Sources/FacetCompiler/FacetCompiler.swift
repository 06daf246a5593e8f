// FacetCompiler: models in, bundles out. The facade over all parts that compile.
//
// `Compiler` beside the folders is the one pipeline, step by step; each folder is a step: Import, Bind (the recipe to the graph), Merge,
// Prepare (fold and fuse), Pipeline, Numbering, Calibrate, Emit, Check, Trials (what may lose less), Plan, Replace; Requests/ is what users
// of the library say and get, Targets/ the boards.
