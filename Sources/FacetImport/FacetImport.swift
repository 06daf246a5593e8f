// FacetImport: models of other programs as graphs; any bytes give a graph or errors, all at once.
//
// One folder for each source format. ONNX/ reads the file, orders its nodes, computes what depends on constants alone, and lowers each
// operator by a row of the operator table.
