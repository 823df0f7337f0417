// What the loader told that the kernel itself has done with, kept for a next kernel.
#pragma once

#include <cstddef>

#include "hal/bare_common/memory_map.h"

namespace jacinth::x86_64 {

struct LoaderFacts {
  static constexpr size_t kCommandLineBytes = 4096;
  hal::MemoryMap ram;                    // all there is
  char command_line[kCommandLineBytes];  // cut to what fits; ends with a zero
};

extern constinit LoaderFacts loader_facts;

}  // namespace jacinth::x86_64
