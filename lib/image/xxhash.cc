#include "image/xxhash.h"

#include <bit>

namespace jacinth::image {
namespace {

constexpr uint32_t kPrime1 = 2654435761;
constexpr uint32_t kPrime2 = 2246822519;
constexpr uint32_t kPrime3 = 3266489917;
constexpr uint32_t kPrime4 = 668265263;
constexpr uint32_t kPrime5 = 374761393;

uint32_t mix(uint32_t lane, uint32_t word) {
  return std::rotl(lane + word * kPrime2, 13) * kPrime1;
}

}  // namespace

uint32_t xxh32(Bytes bytes) {
  uint64_t at = 0;
  uint32_t sum = kPrime5;
  if (bytes.size() >= 16) {
    uint32_t lanes[4] = {kPrime1 + kPrime2, kPrime2, 0, 0 - kPrime1};
    for (; bytes.size() - at >= 16; at += 16) {
      for (uint64_t i = 0; i < 4; ++i) lanes[i] = mix(lanes[i], *load<uint32_t>(bytes, at + 4 * i));
    }
    sum = std::rotl(lanes[0], 1) + std::rotl(lanes[1], 7) + std::rotl(lanes[2], 12) +
          std::rotl(lanes[3], 18);
  }
  sum += static_cast<uint32_t>(bytes.size());
  for (; bytes.size() - at >= 4; at += 4)
    sum = std::rotl(sum + *load<uint32_t>(bytes, at) * kPrime3, 17) * kPrime4;
  for (; at < bytes.size(); ++at)
    sum = std::rotl(sum + std::to_integer<uint32_t>(bytes[at]) * kPrime5, 11) * kPrime1;
  sum = (sum ^ sum >> 15) * kPrime2;
  sum = (sum ^ sum >> 13) * kPrime3;
  return sum ^ sum >> 16;
}

}  // namespace jacinth::image
