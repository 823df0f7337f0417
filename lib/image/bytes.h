// Reading little-endian records out of bytes that nobody has checked yet.
//
// Every parser of this folder is allocation-free and works in place: what it returns points into
// the bytes it was given, which must outlive it.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <expected>
#include <optional>
#include <span>
#include <type_traits>

namespace jacinth::image {

static_assert(std::endian::native == std::endian::little, "the formats are read as they lie");

using Bytes = std::span<const std::byte>;

// What is wrong with an image, and where: `offset` counts bytes from the start of the parsed bytes.
struct ImageError {
  const char* what;
  uint64_t offset;
};

template <typename T = void>
using Parsed = std::expected<T, ImageError>;

constexpr std::unexpected<ImageError> bad(const char* what, uint64_t offset) {
  return std::unexpected(ImageError{what, offset});
}

// Whether [offset, offset + size) lies within `total` bytes, for any three numbers.
constexpr bool fits(uint64_t offset, uint64_t size, uint64_t total) {
  return offset <= total && size <= total - offset;
}

// The next multiple of `alignment` (a power of two); nullopt when that passes 2^64.
constexpr std::optional<uint64_t> round_up(uint64_t value, uint64_t alignment) {
  uint64_t rounded;
  if (__builtin_add_overflow(value, alignment - 1, &rounded)) return std::nullopt;
  return rounded & ~(alignment - 1);
}

// A copy of the T at `offset`, which need not be aligned; nullopt when it is not all there.
template <typename T>
  requires std::is_trivially_copyable_v<T>
std::optional<T> load(Bytes bytes, uint64_t offset) {
  if (!fits(offset, sizeof(T), bytes.size())) return std::nullopt;
  T value;
  memcpy(&value, bytes.data() + offset, sizeof(T));
  return value;
}

}  // namespace jacinth::image
