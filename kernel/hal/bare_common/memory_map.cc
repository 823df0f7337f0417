#include "hal/bare_common/memory_map.h"

#include <algorithm>

namespace jacinth::hal {
namespace {

// The last page of the 64-bit space stands for no RAM, so that no sum wraps.
constexpr uint64_t kEndOfAll = page_floor(~uint64_t{0});

uint64_t end_of(PhysAddr base, uint64_t bytes) {
  uint64_t end;
  return __builtin_add_overflow(raw(base), bytes, &end) ? kEndOfAll : std::min(end, kEndOfAll);
}
uint64_t end_of(const RamRange& range) { return raw(range.base) + range.bytes; }

RamRange range_of(uint64_t start, uint64_t end) {
  return {.base = PhysAddr{start}, .bytes = end - start};
}

}  // namespace

void MemoryMap::add(PhysAddr base, uint64_t bytes) {
  if (raw(base) >= kEndOfAll) return;
  uint64_t start = page_ceil(raw(base));
  uint64_t end = page_floor(end_of(base, bytes));
  if (start >= end) return;
  // Swallows the ranges it overlaps or touches.
  size_t index = 0;
  while (index < count_ && end_of(ranges_[index]) < start) ++index;
  while (index < count_ && raw(ranges_[index].base) <= end) {
    start = std::min(start, raw(ranges_[index].base));
    end = std::max(end, end_of(ranges_[index]));
    erase(index);
  }
  insert(index, start, end);
}

void MemoryMap::reserve(PhysAddr base, uint64_t bytes) {
  if (bytes == 0) return;
  const uint64_t start = page_floor(raw(base));
  const uint64_t last = end_of(base, bytes);
  const uint64_t end = last == kEndOfAll ? kEndOfAll : page_ceil(last);
  size_t index = 0;
  while (index < count_) {
    const uint64_t old_start = raw(ranges_[index].base);
    const uint64_t old_end = end_of(ranges_[index]);
    if (old_end <= start || old_start >= end) {
      ++index;
      continue;
    }
    erase(index);
    if (old_start < start) insert(index++, old_start, start);
    if (old_end > end) {
      insert(index, end, old_end);
      return;
    }
  }
}

void MemoryMap::limit(PhysAddr end) { reserve(end, ~uint64_t{0}); }

std::optional<PhysAddr> MemoryMap::take(uint64_t bytes, uint64_t alignment) {
  if (bytes == 0 || page_ceil_overflows(bytes)) return std::nullopt;
  bytes = page_ceil(bytes);
  const uint64_t mask = std::max(alignment, uint64_t{kPageSize}) - 1;
  for (const RamRange& range : ranges()) {
    const uint64_t at = (raw(range.base) + mask) & ~mask;
    if (at < raw(range.base) || at >= end_of(range) || end_of(range) - at < bytes) continue;
    reserve(PhysAddr{at}, bytes);
    return PhysAddr{at};
  }
  return std::nullopt;
}

void MemoryMap::insert(size_t index, uint64_t start, uint64_t end) {
  const auto at = ranges_.begin() + static_cast<ptrdiff_t>(index);
  const auto used_end = ranges_.begin() + static_cast<ptrdiff_t>(count_);
  std::move_backward(at, used_end, used_end + 1);
  *at = range_of(start, end);
  if (++count_ <= kMostRanges) return;
  const auto smallest =
      std::ranges::min_element(ranges_, {}, [](const RamRange& range) { return range.bytes; });
  erase(static_cast<size_t>(smallest - ranges_.begin()));
}

void MemoryMap::erase(size_t index) {
  const auto at = ranges_.begin() + static_cast<ptrdiff_t>(index);
  std::move(at + 1, ranges_.begin() + static_cast<ptrdiff_t>(count_), at);
  --count_;
}

}  // namespace jacinth::hal
