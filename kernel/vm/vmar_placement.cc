// Choosing where in a VMAR a new region goes.
#include <algorithm>

#include "vm/address_space.h"
#include "vm/vmar.h"

namespace jacinth::vm {
namespace {

constexpr unsigned kLeastAlignLog2 = 10;
constexpr unsigned kMostAlignLog2 = 32;
// Random places tried before all gaps are counted.
constexpr int kRandomTries = 4;

// Rounds up; the greatest number when that wraps.
uint64_t align_up(uint64_t value, uint64_t align) {
  uint64_t sum = 0;
  if (__builtin_add_overflow(value, align - 1, &sum)) return ~uint64_t{0};
  return sum & ~(align - 1);
}

// In how many aligned places of [from, to) something of `size` fits.
uint64_t places_in(uint64_t from, uint64_t to, uint64_t size, uint64_t align) {
  const uint64_t first = align_up(from, align);
  if (first > to || to - first < size) return 0;
  return (to - first - size) / align + 1;
}

}  // namespace

Result<VirtAddr> Vmar::place(const Placement& where, uint64_t size) {
  using Kind = Placement::Kind;
  if (where.align_log2 != 0 &&
      (where.align_log2 < kLeastAlignLog2 || where.align_log2 > kMostAlignLog2))
    return fail(Status::InvalidArgs);
  const uint64_t align = std::max(uint64_t{1} << where.align_log2, uint64_t{kPageSize});
  if (where.kind == Kind::Specific || where.kind == Kind::Overwrite)
    return place_at(where, size, align);
  uint64_t limit = end();
  if (where.kind == Kind::UpperLimit || where.kind == Kind::Highest) {
    if (where.offset > size_) return fail(Status::InvalidArgs);
    limit = raw(base_) + where.offset;
  } else if (where.offset != 0) {
    return fail(Status::InvalidArgs);
  }
  if (size > size_ || places_in(raw(base_), end(), size, align) == 0)
    return fail(Status::InvalidArgs);
  return where.kind == Kind::Highest ? find_highest(limit, size, align)
                                     : find_room(limit, size, align);
}

// From the limit downward: programs that place all regions so find room within a few steps.
Result<VirtAddr> Vmar::find_highest(uint64_t limit, uint64_t size, uint64_t align) {
  auto region = regions_.lower_bound(limit);  // the first that begins at or above the limit
  uint64_t top = limit;
  for (;;) {
    const bool first = region == regions_.begin();
    const uint64_t bottom = first ? raw(base_) : std::prev(region)->end();
    if (bottom <= top && top - bottom >= size) {
      const uint64_t at = (top - size) & ~(align - 1);
      if (at >= bottom) return VirtAddr{at};
    }
    if (first) return fail(Status::NoMemory);
    --region;
    top = std::min(limit, raw(region->base()));
  }
}

Result<VirtAddr> Vmar::place_at(const Placement& where, uint64_t size, uint64_t align) {
  if (!options_.can_map_specific) return fail(Status::AccessDenied);
  if (where.offset >= size_ || size > size_ - where.offset) return fail(Status::InvalidArgs);
  const uint64_t at = raw(base_) + where.offset;
  if (at % align != 0) return fail(Status::InvalidArgs);
  if (where.kind == Placement::Kind::Specific && !is_free(at, at + size))
    return fail(Status::NoMemory);
  return VirtAddr{at};
}

// Below `limit`: the lowest place in a compact VMAR, else each free place with the same
// probability.
Result<VirtAddr> Vmar::find_room(uint64_t limit, uint64_t size, uint64_t align) {
  const uint64_t first = align_up(raw(base_), align);
  const uint64_t all = places_in(first, limit, size, align);
  if (all == 0) return fail(Status::NoMemory);
  for (int i = 0; i < kRandomTries && !options_.compact; ++i) {
    const uint64_t at = first + space_->random_below(all) * align;
    if (is_free(at, at + size)) return VirtAddr{at};
  }
  uint64_t free_places = 0;
  for_each_gap(limit, [&](uint64_t from, uint64_t to) {
    free_places += places_in(from, to, size, align);
    return !options_.compact || free_places == 0;
  });
  if (free_places == 0) return fail(Status::NoMemory);
  uint64_t skip = options_.compact ? 0 : space_->random_below(free_places);
  uint64_t chosen = 0;
  for_each_gap(limit, [&](uint64_t from, uint64_t to) {
    const uint64_t here = places_in(from, to, size, align);
    chosen = align_up(from, align) + skip * align;
    if (skip < here) return false;
    skip -= here;
    return true;
  });
  return VirtAddr{chosen};
}

// Calls body(from, to) for the free ranges below `limit`, in order, until it returns false.
template <typename F>
void Vmar::for_each_gap(uint64_t limit, F&& body) {
  uint64_t at = raw(base_);
  for (const Region& region : regions_) {
    if (raw(region.base()) >= limit) break;
    if (raw(region.base()) > at && !body(at, raw(region.base()))) return;
    at = region.end();
  }
  if (at < limit) body(at, limit);
}

bool Vmar::is_free(uint64_t from, uint64_t to) {
  const auto region = first_from(from);
  return region == regions_.end() || raw(region->base()) >= to;
}

Vmar::Regions::iterator Vmar::first_from(uint64_t at) {
  auto region = regions_.upper_bound(at);
  if (region != regions_.begin()) {
    auto before = std::prev(region);
    if (before->end() > at) return before;
  }
  return region;
}

}  // namespace jacinth::vm
