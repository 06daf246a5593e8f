// FacetQuantization: everything about int8 that changes values, decided before the target is looked at.
//
// NumberTypes/ says which value is int8 and which float32, which are one tensor, and what a quantized model says itself; Methods/ chooses
// ranges, codes of weights and biases, a file for each method.
