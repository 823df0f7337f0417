// Typed pointers to user memory of the current activity's address space: the only way to reach it.
//
// A page fault on the way is resolved as if the program itself had touched the page, and the copy
// goes on. No lock may be held. Errors: INVALID_ARGS for an address the program itself could not
// read or write (then some elements before it may have been copied); NO_MEMORY when a page could
// not be had.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>

#include "base/check.h"
#include "base/lock_rank.h"
#include "base/result.h"
#include "base/units.h"
#include "hal/user.h"

namespace jacinth::vm {

namespace detail {

// For copies that meet a page fault; they start anew.
Result<> copy_in_resolving_faults(void* to, VirtAddr from, size_t bytes);
Result<> copy_out_resolving_faults(VirtAddr to, const void* from, size_t bytes);

}  // namespace detail

inline Result<> copy_in(void* to, VirtAddr from, size_t bytes) {
  DEBUG_ASSERT(current_held_locks().count == 0);  // resolving a fault takes many
  if (hal::copy_from_user(to, from, bytes) == bytes) [[likely]]
    return {};
  return detail::copy_in_resolving_faults(to, from, bytes);
}
inline Result<> copy_out(VirtAddr to, const void* from, size_t bytes) {
  DEBUG_ASSERT(current_held_locks().count == 0);
  if (hal::copy_to_user(to, from, bytes) == bytes) [[likely]]
    return {};
  return detail::copy_out_resolving_faults(to, from, bytes);
}

namespace detail {

// An address that stands for an array of T of unknown length.
template <typename T>
class UserPointer {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  constexpr UserPointer() = default;
  constexpr explicit UserPointer(VirtAddr address) : address_(address) {}

  constexpr VirtAddr address() const { return address_; }
  constexpr bool is_null() const { return raw(address_) == 0; }

 protected:
  // Where elements [index, index + count) are and how many bytes; INVALID_ARGS when that wraps.
  struct Extent {
    VirtAddr base;
    size_t bytes;
  };
  constexpr Result<Extent> extent(size_t index, size_t count) const {
    uint64_t start = 0;
    uint64_t bytes = 0;
    uint64_t end = 0;
    if (__builtin_mul_overflow(uint64_t{index}, sizeof(T), &start) ||
        __builtin_mul_overflow(uint64_t{count}, sizeof(T), &bytes) ||
        __builtin_add_overflow(raw(address_), start, &start) ||
        __builtin_add_overflow(start, bytes, &end))
      return fail(Status::InvalidArgs);
    return Extent{VirtAddr{start}, static_cast<size_t>(bytes)};
  }

  VirtAddr address_{};
};

}  // namespace detail

// Memory the kernel reads.
template <typename T>
class UserIn : public detail::UserPointer<T> {
 public:
  using detail::UserPointer<T>::UserPointer;

  Result<T> read(size_t index = 0) const {
    T value;
    TRY(read_array({&value, 1}, index));
    return value;
  }
  // Fills `out` from the elements starting at `first`.
  Result<> read_array(std::span<T> out, size_t first = 0) const {
    const auto from = TRY(this->extent(first, out.size()));
    return copy_in(out.data(), from.base, from.bytes);
  }
  // The pointer to element `index`.
  UserIn at(size_t index) const { return UserIn(this->address_ + index * sizeof(T)); }
};

// Memory the kernel writes.
template <typename T>
class UserOut : public detail::UserPointer<T> {
 public:
  using detail::UserPointer<T>::UserPointer;

  Result<> write(const T& value, size_t index = 0) const { return write_array({&value, 1}, index); }
  // Writes `values` to the elements starting at `first`.
  Result<> write_array(std::span<const T> values, size_t first = 0) const {
    const auto to = TRY(this->extent(first, values.size()));
    return copy_out(to.base, values.data(), to.bytes);
  }
  UserOut at(size_t index) const { return UserOut(this->address_ + index * sizeof(T)); }
};

// Memory the kernel reads and then writes.
template <typename T>
class UserInOut : public detail::UserPointer<T> {
 public:
  using detail::UserPointer<T>::UserPointer;

  UserIn<T> in() const { return UserIn<T>(this->address_); }
  UserOut<T> out() const { return UserOut<T>(this->address_); }
  Result<T> read(size_t index = 0) const { return in().read(index); }
  Result<> read_array(std::span<T> values, size_t first = 0) const {
    return in().read_array(values, first);
  }
  Result<> write(const T& value, size_t index = 0) const { return out().write(value, index); }
  Result<> write_array(std::span<const T> values, size_t first = 0) const {
    return out().write_array(values, first);
  }
};

}  // namespace jacinth::vm
