#include "image/lz4.h"

#include "image/match.h"
#include "image/xxhash.h"

namespace jacinth::image {
namespace {

constexpr uint32_t kFrameMagic = 0x184d2204;
constexpr uint32_t kStoredBlock = 1u << 31;

// The first byte behind the magic number.
enum Flag : uint8_t {
  kHasDictionary = 1 << 0,
  kHasChecksum = 1 << 2,
  kHasSize = 1 << 3,
  kHasBlockChecksums = 1 << 4,
  kVersionMask = 3 << 6,
  kVersion1 = 1 << 6,
};

class Unpacker {
 public:
  Unpacker(Bytes packed, std::span<std::byte> to) : packed_(packed), to_(to) {}

  Parsed<> run() {
    const auto flags = read_header();
    if (!flags) return std::unexpected(flags.error());
    for (;;) {
      const auto word = take<uint32_t>();
      if (!word) return bad("the LZ4 frame has no end", at_);
      if (*word == 0) break;
      const uint64_t size = *word & ~kStoredBlock;
      if (!fits(at_, size, packed_.size())) return bad("an LZ4 block is cut off", at_);
      const uint64_t end = at_ + size;
      if ((*word & kStoredBlock) != 0 ? !copy_literals(size, end) : !unpack_block(end))
        return bad("an LZ4 block is damaged", at_);
      if ((*flags & kHasBlockChecksums) != 0 && !take<uint32_t>())
        return bad("the LZ4 frame has no end", at_);
    }
    if (produced_ != to_.size()) return bad("the LZ4 frame unpacks to another size", at_);
    if ((*flags & kHasChecksum) != 0 && take<uint32_t>() != xxh32(to_))
      return bad("the LZ4 frame's checksum is wrong", at_);
    return {};
  }

 private:
  template <typename T>
  std::optional<T> take() {
    const auto value = load<T>(packed_, at_);
    if (value) at_ += sizeof(T);
    return value;
  }

  Parsed<uint8_t> read_header() {
    if (take<uint32_t>() != kFrameMagic) return bad("this is no LZ4 frame", 0);
    const uint64_t start = at_;
    const uint8_t flags = take<uint8_t>().value_or(0);
    if ((flags & kVersionMask) != kVersion1) return bad("this version of LZ4 is not known", start);
    if ((flags & kHasDictionary) != 0) return bad("the LZ4 frame needs a dictionary", start);
    take<uint8_t>();  // how large blocks may be, which is nothing to us
    if ((flags & kHasSize) != 0 && take<uint64_t>() != to_.size())
      return bad("the LZ4 frame unpacks to another size", at_);
    const Bytes header = packed_.subspan(start, at_ - start);
    if (take<uint8_t>() != static_cast<uint8_t>(xxh32(header) >> 8))
      return bad("the LZ4 frame's header is damaged", at_);
    return flags;
  }

  // The rest of a length that did not fit into its four bits of a token: bytes to be added up to
  // and with the first that is not 255.
  bool extend(uint64_t& length, uint64_t end) {
    if (length != 15) return true;
    for (;;) {
      if (at_ == end) return false;
      const auto more = std::to_integer<uint8_t>(packed_[at_++]);
      length += more;
      if (more != 255) return true;
    }
  }

  bool copy_literals(uint64_t count, uint64_t end) {
    if (!fits(at_, count, end) || !fits(produced_, count, to_.size())) return false;
    if (count != 0) memcpy(to_.data() + produced_, packed_.data() + at_, count);
    at_ += count;
    produced_ += count;
    return true;
  }

  // From what is unpacked already, which may reach into what the copy itself makes.
  bool copy_match(uint64_t distance, uint64_t count) {
    if (distance == 0 || distance > produced_ || !fits(produced_, count, to_.size())) return false;
    repeat_match(to_.data() + produced_, distance, count);
    produced_ += count;
    return true;
  }

  // Sequences of literals and a match; the last one is literals alone.
  bool unpack_block(uint64_t end) {
    constexpr uint64_t kShortestMatch = 4;
    while (at_ < end) {
      const auto token = std::to_integer<uint8_t>(packed_[at_++]);
      uint64_t literals = token >> 4;
      if (!extend(literals, end) || !copy_literals(literals, end)) return false;
      if (at_ == end) return true;
      if (!fits(at_, sizeof(uint16_t), end)) return false;
      const uint16_t distance = *take<uint16_t>();
      uint64_t match = token & 15;
      if (!extend(match, end) || !copy_match(distance, match + kShortestMatch)) return false;
    }
    return false;
  }

  const Bytes packed_;
  const std::span<std::byte> to_;
  uint64_t at_ = 0;        // in packed_
  uint64_t produced_ = 0;  // of to_
};

}  // namespace

Parsed<> unpack_lz4(Bytes packed, std::span<std::byte> to) { return Unpacker(packed, to).run(); }

}  // namespace jacinth::image
