#ifndef FACET_BOARD
#define FACET_TABLE FACET_TABLE_AARCH64
#define FACET_LISTED aarch64
#define FACET_LISTED_TABLE "aarch64.inc"
#include "listed.h"
#endif
