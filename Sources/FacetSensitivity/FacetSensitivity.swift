// FacetSensitivity: which operator costs how much of what int8 loses, measured by rounding one at a time in the float32 program.
