// memcpy and its family over the loops of memory_x86_64.h.
#include "freestanding/memory_x86_64.h"

namespace loops = jacinth::freestanding::x86_64;

#include "freestanding/memory_functions.inc"
