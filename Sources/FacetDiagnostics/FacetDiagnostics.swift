// FacetDiagnostics: errors as facts with stable codes, and the words that messages share.
//
// Every part above the engine throws `FacetError`, and each has one enumeration of its codes with their texts (`ErrorCode`). Nothing here
// knows of files, models or bundles.
