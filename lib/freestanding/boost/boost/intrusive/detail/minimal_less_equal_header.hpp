// In the place of Boost's own, which brings std::less and std::equal_to by all of <functional>: a
// third of what there is to read for the compiler in a kernel source.
#pragma once

#include <__functional/operations.h>
