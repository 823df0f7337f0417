// Numbers that know what they count: addresses, pages, times.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace jacinth {

inline constexpr size_t kPageShift = 12;
inline constexpr size_t kPageSize = size_t{1} << kPageShift;

// A physical address on the machine (an offset into simulated RAM on sim and host).
enum class PhysAddr : uint64_t {};
// An address in some user program's address space; never dereferenced by the kernel as it is.
enum class VirtAddr : uint64_t {};

constexpr uint64_t raw(PhysAddr address) { return static_cast<uint64_t>(address); }
constexpr uint64_t raw(VirtAddr address) { return static_cast<uint64_t>(address); }
constexpr PhysAddr operator+(PhysAddr base, uint64_t bytes) { return PhysAddr{raw(base) + bytes}; }
constexpr VirtAddr operator+(VirtAddr base, uint64_t bytes) { return VirtAddr{raw(base) + bytes}; }
constexpr uint64_t operator-(PhysAddr left, PhysAddr right) { return raw(left) - raw(right); }
constexpr uint64_t operator-(VirtAddr left, VirtAddr right) { return raw(left) - raw(right); }

constexpr bool is_page_aligned(uint64_t value) { return (value & (kPageSize - 1)) == 0; }
constexpr uint64_t page_of(uint64_t offset) { return offset >> kPageShift; }
constexpr uint64_t page_floor(uint64_t value) { return value & ~(kPageSize - 1); }
// Wraps to 0 for values in the last page of the 64-bit range: check with page_ceil_overflows().
constexpr uint64_t page_ceil(uint64_t value) { return page_floor(value + kPageSize - 1); }
constexpr bool page_ceil_overflows(uint64_t value) {
  return value > std::numeric_limits<uint64_t>::max() - (kPageSize - 1);
}

// A span of time in nanoseconds; saturating.
struct Duration {
  int64_t ns = 0;
  friend constexpr auto operator<=>(Duration, Duration) = default;
};
constexpr Duration nanoseconds(int64_t n) { return {n}; }
constexpr Duration microseconds(int64_t n) { return {n * 1000}; }
constexpr Duration milliseconds(int64_t n) { return {n * 1'000'000}; }
constexpr Duration seconds(int64_t n) { return {n * 1'000'000'000}; }

// A point on the monotonic clock in nanoseconds since boot. As a deadline: at or before now means
// "do not wait", kForever means "wait without limit".
struct Instant {
  int64_t ns = 0;
  friend constexpr auto operator<=>(Instant, Instant) = default;
};
inline constexpr Instant kForever{std::numeric_limits<int64_t>::max()};
inline constexpr Instant kNoWait{0};

constexpr Instant operator+(Instant when, Duration span) {
  int64_t sum = 0;
  if (__builtin_add_overflow(when.ns, span.ns, &sum))
    sum = span.ns > 0 ? std::numeric_limits<int64_t>::max() : std::numeric_limits<int64_t>::min();
  return {sum};
}
constexpr Duration operator-(Instant left, Instant right) {
  int64_t difference = 0;
  if (__builtin_sub_overflow(left.ns, right.ns, &difference))
    difference = left.ns > right.ns ? std::numeric_limits<int64_t>::max()
                                    : std::numeric_limits<int64_t>::min();
  return {difference};
}

}  // namespace jacinth
