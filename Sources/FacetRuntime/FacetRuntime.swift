// FacetRuntime: the engine: opens a bundle, checks it completely, and evaluates sets of attributes. The same sources run on boards in
// Embedded Swift.
//
// Reading/ makes a checked bundle of bytes, Instructions/ checks and prepares each family of instructions, Running/ is the session: one
// arena, a fixed pool of threads, no allocation after it is made.
