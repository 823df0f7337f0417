// Which RAM a bare machine has and what of it is still free, while it starts.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>

#include "hal/memory.h"

namespace jacinth::hal {

// Free RAM as ranges of whole pages: in rising order, not touching one another. When there are too
// many ranges to keep, the smallest is given up: RAM may be lost so, but is never made up. One CPU.
class MemoryMap {
 public:
  // As many as the frame allocator takes.
  static constexpr size_t kMostRanges = 16;

  // RAM at [base, base + bytes), less the parts of pages at its ends. May overlap what is known.
  void add(PhysAddr base, uint64_t bytes);
  // Takes away every page that [base, base + bytes) touches: firmware, images, holes.
  void reserve(PhysAddr base, uint64_t bytes);
  // Takes away all from `end` on: what the direct map cannot reach.
  void limit(PhysAddr end);
  // Takes `bytes`, rounded up to pages, at a multiple of `alignment` (a power of two), from as low
  // an address as there is. Nothing when no range is large enough.
  std::optional<PhysAddr> take(uint64_t bytes, uint64_t alignment = kPageSize);

  std::span<const RamRange> ranges() const { return {ranges_.data(), count_}; }

 private:
  void insert(size_t index, uint64_t start, uint64_t end);
  void erase(size_t index);

  // One more, for a moment, so that the smallest of all can be chosen.
  std::array<RamRange, kMostRanges + 1> ranges_{};
  size_t count_ = 0;
};

}  // namespace jacinth::hal
