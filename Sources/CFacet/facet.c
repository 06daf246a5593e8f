// SwiftPM builds a C module only where there is a source: this one checks that the header stands alone.
#include "facet.h"
