// memcpy and its family over the loops of memory_portable.h.
#include "freestanding/memory_portable.h"

namespace loops = jacinth::freestanding::portable;

#include "freestanding/memory_functions.inc"
