// Names for kernel addresses, from a table in the kernel's image (made by tools/symbols).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace jacinth::hal {

class Symbol {
 public:
  // The function that `address` lies in or behind; "?" when there is none before it. Reads the
  // table from its start: for the last words of a kernel, not for more.
  static Symbol find(uintptr_t address);

  // Readable, without parameters; its end, when it is long.
  std::string_view name() const { return {name_, length_}; }
  uint64_t offset() const { return offset_; }

 private:
  static constexpr size_t kLongestName = 100;

  char name_[kLongestName + 1] = "?";
  size_t length_ = 1;
  uint64_t offset_ = 0;
};

}  // namespace jacinth::hal
