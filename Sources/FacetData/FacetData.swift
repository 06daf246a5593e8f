// FacetData: data sets: images, tensors and labels, from files and folders, one sample at a time.
