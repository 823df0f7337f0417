// Names for kernel addresses, from the program's own file; read only when a panic needs them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace jacinth::host {

// Where the program was loaded; addresses less this are those that tools like addr2line take.
uintptr_t program_base();

struct Symbol {
  std::string_view name;  // readable, without parameters; valid until the next find()
  uint64_t offset;
};

class SymbolTable {
 public:
  SymbolTable();
  // The function around `pc`; "?" when the program has no symbols.
  Symbol find(uintptr_t pc) const;

 private:
  const std::byte* file_ = nullptr;
  const std::byte* symbols_ = nullptr;
  size_t count_ = 0;
  const char* names_ = nullptr;
  size_t names_bytes_ = 0;
};

}  // namespace jacinth::host
