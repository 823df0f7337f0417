#include "hal/bare_common/symbols.h"

#include <cstring>

namespace jacinth::hal {
namespace {

// From the linker script.
extern "C" const std::byte jacinth_symbols[];
extern "C" const char kernel_start[];

// Goes through the table; tools/symbols/symbol_table.py says what it looks like.
class TableReader {
 public:
  explicit TableReader(const std::byte* table) : at_(table) {
    memcpy(&left_, at_, sizeof left_);
    pairs_ = at_ + sizeof left_;
    at_ = pairs_ + 2 * kAbbreviations;
  }
  bool at_end() const { return left_ == 0; }
  // How far the next function lies behind the last.
  uint64_t distance() const {
    const std::byte* at = at_;
    return number(at);
  }
  // Takes the next function; `name` is that of the one before, and becomes its own. Returns the
  // length.
  size_t take(char* name) {
    number(at_);
    auto length = std::to_integer<size_t>(*at_++);
    for (; *at_ != std::byte{0}; ++at_) append(name, length, std::to_integer<uint8_t>(*at_));
    ++at_;
    --left_;
    return length;
  }

 private:
  static constexpr size_t kAbbreviations = 128;

  // A character, or what stands for two; as deep as the table's maker lets it be.
  void append(char* name, size_t& length, uint8_t byte) const {
    if (byte < kAbbreviations) {
      name[length++] = static_cast<char>(byte);
      return;
    }
    const std::byte* pair = pairs_ + 2 * (byte - kAbbreviations);
    append(name, length, std::to_integer<uint8_t>(pair[0]));
    append(name, length, std::to_integer<uint8_t>(pair[1]));
  }
  static uint64_t number(const std::byte*& at) {
    uint64_t value = 0;
    for (unsigned shift = 0;; shift += 7) {
      const auto byte = std::to_integer<uint64_t>(*at++);
      value |= (byte & 0x7f) << shift;
      if ((byte & 0x80) == 0) return value;
    }
  }

  const std::byte* at_;
  const std::byte* pairs_ = nullptr;
  uint32_t left_ = 0;
};

}  // namespace

Symbol Symbol::find(uintptr_t address) {
  Symbol found;
  uint64_t offset = address - reinterpret_cast<uintptr_t>(kernel_start);
  for (TableReader reader(jacinth_symbols); !reader.at_end() && reader.distance() <= offset;) {
    offset -= reader.distance();
    found.length_ = reader.take(found.name_);
    found.offset_ = offset;
  }
  return found;
}

}  // namespace jacinth::hal
