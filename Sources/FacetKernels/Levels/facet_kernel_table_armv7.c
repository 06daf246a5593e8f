#ifndef FACET_BOARD
#define FACET_TABLE FACET_TABLE_ARMV7
#define FACET_LISTED armv7
#define FACET_LISTED_TABLE "armv7.inc"
#include "listed.h"
#endif
