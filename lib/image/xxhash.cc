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

constexpr uint64_t kLongPrime1 = 0x9e3779b185ebca87;
constexpr uint64_t kLongPrime2 = 0xc2b2ae3d27d4eb4f;
constexpr uint64_t kLongPrime3 = 0x165667b19e3779f9;
constexpr uint64_t kLongPrime4 = 0x85ebca77c2b2ae63;
constexpr uint64_t kLongPrime5 = 0x27d4eb2f165667c5;

uint64_t mix(uint64_t lane, uint64_t word) {
  return std::rotl(lane + word * kLongPrime2, 31) * kLongPrime1;
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

uint64_t xxh64(Bytes bytes) {
  uint64_t at = 0;
  uint64_t sum = kLongPrime5;
  if (bytes.size() >= 32) {
    uint64_t lanes[4] = {kLongPrime1 + kLongPrime2, kLongPrime2, 0, 0 - kLongPrime1};
    for (; bytes.size() - at >= 32; at += 32) {
      for (uint64_t i = 0; i < 4; ++i) lanes[i] = mix(lanes[i], *load<uint64_t>(bytes, at + 8 * i));
    }
    sum = std::rotl(lanes[0], 1) + std::rotl(lanes[1], 7) + std::rotl(lanes[2], 12) +
          std::rotl(lanes[3], 18);
    for (uint64_t lane : lanes) sum = (sum ^ mix(uint64_t{0}, lane)) * kLongPrime1 + kLongPrime4;
  }
  sum += bytes.size();
  for (; bytes.size() - at >= 8; at += 8)
    sum = std::rotl(sum ^ mix(uint64_t{0}, *load<uint64_t>(bytes, at)), 27) * kLongPrime1 +
          kLongPrime4;
  if (bytes.size() - at >= 4) {
    sum = std::rotl(sum ^ *load<uint32_t>(bytes, at) * kLongPrime1, 23) * kLongPrime2 + kLongPrime3;
    at += 4;
  }
  for (; at < bytes.size(); ++at)
    sum = std::rotl(sum ^ std::to_integer<uint64_t>(bytes[at]) * kLongPrime5, 11) * kLongPrime1;
  sum = (sum ^ sum >> 33) * kLongPrime2;
  sum = (sum ^ sum >> 29) * kLongPrime3;
  return sum ^ sum >> 32;
}

}  // namespace jacinth::image
