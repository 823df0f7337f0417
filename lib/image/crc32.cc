#include "image/crc32.h"

#include <array>

namespace jacinth::image {
namespace {

constexpr uint32_t kPolynomial = 0xedb88320;  // bit-reversed
// Half bytes are looked up: tables for whole ones would take 8 KiB of each kernel's image, and be
// twice as fast at most.
constexpr size_t kSlices = 16;
using Tables = std::array<std::array<uint32_t, 16>, kSlices>;

// tables[0] advances the checksum by half a byte; tables[n] by that and n zero halves after it, so
// that eight bytes can be taken at once, each half looked up on its own.
constexpr Tables make_tables() {
  Tables tables{};
  for (uint32_t half = 0; half < 16; ++half) {
    uint32_t crc = half;
    for (int bit = 0; bit < 4; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? kPolynomial : 0);
    tables[0][half] = crc;
  }
  for (size_t slice = 1; slice < kSlices; ++slice) {
    for (uint32_t half = 0; half < 16; ++half) {
      const uint32_t before = tables[slice - 1][half];
      tables[slice][half] = (before >> 4) ^ tables[0][before & 15];
    }
  }
  return tables;
}

constexpr Tables kTables = make_tables();

}  // namespace

uint32_t crc32(Bytes bytes, uint32_t previous) {
  uint32_t crc = ~previous;
  while (bytes.size() >= sizeof(uint64_t)) {
    uint64_t word;
    memcpy(&word, bytes.data(), sizeof(word));
    word ^= crc;
    crc = 0;
    for (size_t i = 0; i < kSlices; ++i) crc ^= kTables[kSlices - 1 - i][word >> (4 * i) & 15];
    bytes = bytes.subspan(sizeof(word));
  }
  for (std::byte byte : bytes) {
    crc ^= static_cast<uint32_t>(byte);
    for (int half = 0; half < 2; ++half) crc = (crc >> 4) ^ kTables[0][crc & 15];
  }
  return ~crc;
}

}  // namespace jacinth::image
