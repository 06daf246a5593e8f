// FacetStatistics: what a float32 program's activations are like on calibration data: histograms and means, gathered while it runs.
