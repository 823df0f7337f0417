// Names for kernel addresses, from a table in the kernel's image (made by tools/symbols).
#pragma once

#include <cstdint>
#include <string_view>

namespace jacinth::hal {

struct Symbol {
  std::string_view name;  // readable, without parameters
  uint64_t offset;
};

// The function that `address` lies in or behind; "?" when there is none before it.
Symbol find_symbol(uintptr_t address);

}  // namespace jacinth::hal
