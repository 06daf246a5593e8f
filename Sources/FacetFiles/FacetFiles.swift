// FacetFiles: files of any kind, read with limits and written whole or not at all.
//
// JSON with places, zip archives, NumPy arrays, CSV tables, names of any bytes, what a file is by its first bytes, how much memory is left,
// and random numbers with a seed. Any bytes give a value or an error that names file and place.
