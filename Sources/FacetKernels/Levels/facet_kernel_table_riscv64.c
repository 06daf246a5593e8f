#ifndef FACET_BOARD
#define FACET_TABLE FACET_TABLE_RISCV64
#define FACET_LISTED riscv64
#define FACET_LISTED_TABLE "riscv64.inc"
#include "listed.h"
#endif
