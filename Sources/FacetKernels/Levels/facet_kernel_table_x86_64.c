#ifndef FACET_BOARD
#define FACET_TABLE FACET_TABLE_X86_64
#define FACET_LISTED x86_64
#define FACET_LISTED_TABLE "x86_64.inc"
#include "listed.h"
#endif
