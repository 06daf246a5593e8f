/// What the kernels of functions of two operands share.
#ifndef FACET_ELEMENTWISE_H
#define FACET_ELEMENTWISE_H
#include "facet_grid.h"
#pragma GCC visibility push(hidden)

/// The arguments with axes merged, and with operands in each other's place of a reversed function, which becomes the plain one; the number of axes
/// but the last.
int32_t facet_elementwise_simplify(facet_elementwise *e);

#pragma GCC visibility pop
#endif
