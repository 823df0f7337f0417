#include "hal/x86_common/user_access.h"

namespace jacinth::hal::x86 {

extern "C" const int32_t __start_jacinth_fixups[], __stop_jacinth_fixups[];

uintptr_t find_fixup(uintptr_t pc) {
  auto target = [](const int32_t* entry) {
    return reinterpret_cast<uintptr_t>(entry) + static_cast<uintptr_t>(int64_t{*entry});
  };
  for (const int32_t* pair = __start_jacinth_fixups; pair != __stop_jacinth_fixups; pair += 2) {
    if (target(pair) == pc) return target(pair + 1);
  }
  return 0;
}

}  // namespace jacinth::hal::x86
