// The helper host threads of the first host process, by their slots (layout.h).
#pragma once

#include <cstdint>

namespace jacinth::host {

enum Helper : uint32_t { kServiceHelper = 0, kTimerHelper = 1, kInputHelper = 2 };

}  // namespace jacinth::host
