// Apart from its readers, so that the compiler cannot take the zeros here for the values.
#include "vdso.h"

constexpr jacinth::vdso::Constants DATA_CONSTANTS{};
