// Arbitrary bytes as a zstd frame, to be unpacked into rooms of several sizes: nothing outside the
// room or the frame is touched (AddressSanitizer sees to that).
#include <vector>

#include "fuzz_check.h"
#include "image/zstd.h"

using namespace jacinth::image;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::vector<std::byte> packed(reinterpret_cast<const std::byte*>(data),
                                      reinterpret_cast<const std::byte*>(data) + size);
  for (const size_t room : {size_t{0}, size_t{1}, size_t{64}, size_t{4096}}) {
    std::vector<std::byte> out(room);
    const auto result = unpack_zstd(packed, out);
    CHECK(result || result.error().offset <= packed.size());
  }
  return 0;
}
