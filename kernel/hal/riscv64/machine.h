#pragma once

#include <cstddef>
#include <span>

#include "hal/bare_common/random_pool.h"

namespace jacinth::riscv64 {

// Where hal::entropy() takes its bytes from; boot loader and devices add to it.
hal::RandomPool& random_pool();

}  // namespace jacinth::riscv64
