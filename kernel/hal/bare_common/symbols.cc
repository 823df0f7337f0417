#include "hal/bare_common/symbols.h"

#include <algorithm>
#include <span>

namespace jacinth::hal {
namespace {

// The table: a header, the functions by rising address, their names one behind the other.
struct Entry {
  uint32_t address;  // from `kernel_start`
  uint32_t name;     // offset among the names
};
struct Header {
  uint32_t count;
  uint32_t names_bytes;
};

// Not there while the image is linked for the first time, to make the table from.
extern "C" [[gnu::weak]] const std::byte jacinth_symbols[];
extern "C" const char kernel_start[];

}  // namespace

Symbol find_symbol(uintptr_t address) {
  const Symbol unknown{"?", 0};
  const std::byte* table = jacinth_symbols;
  asm("" : "+r"(table));  // or the compiler takes an array to be there
  if (table == nullptr) return unknown;
  const auto* header = reinterpret_cast<const Header*>(table);
  const std::span entries(reinterpret_cast<const Entry*>(header + 1), header->count);
  const auto* names = reinterpret_cast<const char*>(entries.data() + entries.size());
  const uint64_t offset = address - reinterpret_cast<uintptr_t>(kernel_start);
  const auto next = std::ranges::upper_bound(entries, offset, {}, &Entry::address);
  if (next == entries.begin()) return unknown;
  const Entry& found = *(next - 1);
  return {names + found.name, offset - found.address};
}

}  // namespace jacinth::hal
