#include "linux/files/io_vectors.h"

#include <algorithm>
#include <limits>

namespace jacinth::linux {

ErrnoOr<IoVectors> IoVectors::read(UserIn<abi::iovec> from, size_t count) {
  if (count > kMost) return fail(Errno::INVAL);
  IoVectors vectors;
  vectors.count_ = count;
  std::span<fs::IoVector> list = std::span(vectors.short_).first(std::min(count, kShort));
  if (count > kShort) {
    vectors.long_ = TRY(to_errno(Vector<fs::IoVector>::with_size(count)));
    list = vectors.long_;
  }
  const UserIn<fs::IoVector> source(from.address());
  TRY(fault_of(source.read_array(list)));
  uint64_t total = 0;
  for (const fs::IoVector& vector : list) {
    constexpr auto kMostBytes = static_cast<uint64_t>(std::numeric_limits<int64_t>::max());
    if (vector.bytes > kMostBytes || __builtin_add_overflow(total, vector.bytes, &total) ||
        total > kMostBytes)
      return fail(Errno::INVAL);
  }
  return vectors;
}

}  // namespace jacinth::linux
