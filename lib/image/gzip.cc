#include "image/gzip.h"

#include <algorithm>
#include <array>

#include "image/crc32.h"

namespace jacinth::image {
namespace {

// Bits from the lowest of each byte up. Beyond the end come zeros, and failed() says so.
class BitReader {
 public:
  explicit BitReader(Bytes bytes) : bytes_(bytes) {}

  uint32_t take(unsigned count) {
    while (have_ < count) {
      uint32_t next = 0;
      if (at_ < bytes_.size()) {
        next = std::to_integer<uint32_t>(bytes_[at_]);
      } else {
        failed_ = true;
      }
      ++at_;
      held_ |= next << have_;
      have_ += 8;
    }
    const uint32_t value = held_ & ((1u << count) - 1);
    held_ >>= count;
    have_ -= count;
    return value;
  }
  void to_byte() { held_ = have_ = 0; }
  uint64_t position() const { return std::min<uint64_t>(at_, bytes_.size()); }
  bool failed() const { return failed_; }

 private:
  const Bytes bytes_;
  size_t at_ = 0;
  uint32_t held_ = 0;
  unsigned have_ = 0;  // bits in held_; fewer than 8 between calls
  bool failed_ = false;
};

constexpr size_t kLongestCode = 15;
constexpr size_t kMostSymbols = 288;

// A canonical prefix code: codes of one length are consecutive numbers, so a code is decoded by
// counting.
class Code {
 public:
  // False: the lengths make more codes than there can be.
  bool build(std::span<const uint8_t> lengths) {
    counts_ = {};
    for (const uint8_t length : lengths) ++counts_[length];
    counts_[0] = 0;
    int left = 1;
    for (size_t length = 1; length <= kLongestCode; ++length) {
      left = left * 2 - counts_[length];
      if (left < 0) return false;
    }
    std::array<uint16_t, kLongestCode + 2> first{};
    for (size_t length = 1; length <= kLongestCode; ++length)
      first[length + 1] = static_cast<uint16_t>(first[length] + counts_[length]);
    for (size_t symbol = 0; symbol < lengths.size(); ++symbol) {
      if (lengths[symbol] != 0) symbols_[first[lengths[symbol]]++] = static_cast<uint16_t>(symbol);
    }
    return true;
  }

  // -1: no code.
  int decode(BitReader& bits) const {
    int code = 0, first = 0, index = 0;
    for (size_t length = 1; length <= kLongestCode; ++length) {
      code |= static_cast<int>(bits.take(1));
      const int count = counts_[length];
      if (code - count < first) return symbols_[static_cast<size_t>(index + code - first)];
      index += count;
      first = (first + count) * 2;
      code *= 2;
    }
    return -1;
  }

 private:
  std::array<uint16_t, kLongestCode + 1> counts_{};
  std::array<uint16_t, kMostSymbols> symbols_{};
};

struct Range {
  uint16_t base;
  uint8_t extra_bits;
};
constexpr Range kLengths[] = {
    {3, 0},  {4, 0},  {5, 0},  {6, 0},   {7, 0},   {8, 0},   {9, 0},   {10, 0},  {11, 1}, {13, 1},
    {15, 1}, {17, 1}, {19, 2}, {23, 2},  {27, 2},  {31, 2},  {35, 3},  {43, 3},  {51, 3}, {59, 3},
    {67, 4}, {83, 4}, {99, 4}, {115, 4}, {131, 5}, {163, 5}, {195, 5}, {227, 5}, {258, 0}};
constexpr Range kDistances[] = {{1, 0},     {2, 0},     {3, 0},      {4, 0},      {5, 1},
                                {7, 1},     {9, 2},     {13, 2},     {17, 3},     {25, 3},
                                {33, 4},    {49, 4},    {65, 5},     {97, 5},     {129, 6},
                                {193, 6},   {257, 7},   {385, 7},    {513, 8},    {769, 8},
                                {1025, 9},  {1537, 9},  {2049, 10},  {3073, 10},  {4097, 11},
                                {6145, 11}, {8193, 12}, {12289, 12}, {16385, 13}, {24577, 13}};

class Inflater {
 public:
  Inflater(Bytes data, Unpacked& out) : data_(data), bits_(data), out_(out) {}

  Parsed<uint64_t> run() {
    bool last = false;
    while (!last) {
      last = bits_.take(1) != 0;
      Parsed<> block;
      switch (bits_.take(2)) {
        case 0:
          block = stored();
          break;
        case 1:
          block = fixed();
          break;
        case 2:
          block = dynamic();
          break;
        default:
          return bad("unknown kind of block", bits_.position());
      }
      if (!block) return std::unexpected(block.error());
      if (bits_.failed()) return bad("ends too early", data_.size());
    }
    return bits_.position();
  }

 private:
  Parsed<> stored() {
    bits_.to_byte();
    const uint32_t size = bits_.take(16);
    if ((bits_.take(16) ^ 0xffff) != size) return bad("size of a stored block", bits_.position());
    for (uint32_t i = 0; i < size && !bits_.failed(); ++i) {
      if (!out_.append(static_cast<std::byte>(bits_.take(8)))) return full();
    }
    return {};
  }

  Parsed<> fixed() {
    std::array<uint8_t, kMostSymbols> lengths;
    auto fill = [&](size_t from, size_t to, uint8_t length) {
      std::fill(lengths.begin() + static_cast<ptrdiff_t>(from),
                lengths.begin() + static_cast<ptrdiff_t>(to), length);
    };
    fill(0, 144, 8);
    fill(144, 256, 9);
    fill(256, 280, 7);
    fill(280, 288, 8);
    (void)literals_.build(lengths);
    fill(0, std::size(kDistances), 5);
    (void)distances_.build(std::span(lengths).first(std::size(kDistances)));
    return symbols();
  }

  Parsed<> dynamic() {
    constexpr uint8_t kOrder[] = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
    const size_t literals = bits_.take(5) + 257;
    const size_t distances = bits_.take(5) + 1;
    const size_t given = bits_.take(4) + 4;
    if (literals > 286 || distances > std::size(kDistances))
      return bad("too many codes", bits_.position());
    std::array<uint8_t, std::size(kOrder)> short_lengths{};
    for (size_t i = 0; i < given; ++i)
      short_lengths[kOrder[i]] = static_cast<uint8_t>(bits_.take(3));
    if (!literals_.build(short_lengths)) return bad("code of code lengths", bits_.position());
    std::array<uint8_t, kMostSymbols + std::size(kDistances)> lengths{};
    if (const auto read = code_lengths(std::span(lengths).first(literals + distances)); !read)
      return read;
    if (lengths[256] == 0) return bad("no end of block", bits_.position());
    const auto all = std::span(lengths);
    if (!literals_.build(all.first(literals)) ||
        !distances_.build(all.subspan(literals, distances)))
      return bad("code lengths", bits_.position());
    return symbols();
  }

  // Lengths are themselves coded, with repetitions; literals_ holds that code.
  Parsed<> code_lengths(std::span<uint8_t> lengths) {
    for (size_t i = 0; i < lengths.size();) {
      const int symbol = literals_.decode(bits_);
      if (symbol < 0 || bits_.failed()) return bad("code length", bits_.position());
      if (symbol < 16) {
        lengths[i++] = static_cast<uint8_t>(symbol);
        continue;
      }
      uint8_t repeated = 0;
      size_t count = 0;
      if (symbol == 16) {
        if (i == 0) return bad("nothing to repeat", bits_.position());
        repeated = lengths[i - 1];
        count = 3 + bits_.take(2);
      } else {
        count = symbol == 17 ? 3 + bits_.take(3) : 11 + bits_.take(7);
      }
      if (count > lengths.size() - i) return bad("too many code lengths", bits_.position());
      for (; count != 0; --count) lengths[i++] = repeated;
    }
    return {};
  }

  Parsed<> symbols() {
    for (;;) {
      const int symbol = literals_.decode(bits_);
      if (symbol < 0 || bits_.failed()) return bad("symbol", bits_.position());
      if (symbol == 256) return {};
      if (symbol < 256) {
        if (!out_.append(static_cast<std::byte>(symbol))) return full();
        continue;
      }
      const auto index = static_cast<size_t>(symbol - 257);
      if (index >= std::size(kLengths)) return bad("length", bits_.position());
      const size_t length = kLengths[index].base + bits_.take(kLengths[index].extra_bits);
      const int far = distances_.decode(bits_);
      if (far < 0 || far >= static_cast<int>(std::size(kDistances)))
        return bad("distance", bits_.position());
      const Range& range = kDistances[far];
      if (!out_.repeat(range.base + bits_.take(range.extra_bits), length)) return full();
    }
  }

  Parsed<> full() const { return bad("no room, or a distance too far", bits_.position()); }

  const Bytes data_;
  BitReader bits_;
  Unpacked& out_;
  Code literals_, distances_;
};

constexpr uint64_t kMemberHeaderBytes = 10;

// How long a member's header is.
Parsed<uint64_t> header_bytes(Bytes file) {
  enum Flag : uint8_t {
    kHeaderChecksum = 2,
    kExtra = 4,
    kName = 8,
    kComment = 16,
    kReserved = 0xe0
  };
  if (file.size() < kMemberHeaderBytes || !is_gzip(file)) return bad("no gzip file", 0);
  const auto flags = std::to_integer<uint8_t>(file[3]);
  if ((flags & kReserved) != 0) return bad("unknown flags", 3);
  uint64_t at = kMemberHeaderBytes;
  if ((flags & kExtra) != 0) {
    const auto size = load<uint16_t>(file, at);
    if (!size) return bad("ends too early", at);
    at += 2 + *size;
  }
  for (const uint8_t text : {kName, kComment}) {
    if ((flags & text) == 0) continue;
    while (at < file.size() && file[at] != std::byte{0}) ++at;
    ++at;
  }
  if ((flags & kHeaderChecksum) != 0) at += 2;
  if (at > file.size()) return bad("ends too early", file.size());
  return at;
}

}  // namespace

bool is_gzip(Bytes file) {
  constexpr std::byte kStart[] = {std::byte{0x1f}, std::byte{0x8b}, std::byte{8}};
  return file.size() >= std::size(kStart) &&
         std::equal(std::begin(kStart), std::end(kStart), file.begin());
}

Parsed<uint64_t> inflate(Bytes data, Unpacked& out) { return Inflater(data, out).run(); }

Parsed<> gunzip(Bytes file, Unpacked& out) {
  uint64_t at = 0;
  do {
    const auto header = header_bytes(file.subspan(at));
    if (!header) return bad(header.error().what, at + header.error().offset);
    at += *header;
    out.restart();
    const auto taken = inflate(file.subspan(at), out);
    if (!taken) return bad(taken.error().what, at + taken.error().offset);
    at += *taken;
    const auto checksum = load<uint32_t>(file, at), size = load<uint32_t>(file, at + 4);
    if (!checksum || !size) return bad("ends too early", at);
    if (*checksum != crc32(out.view()) || *size != static_cast<uint32_t>(out.view().size()))
      return bad("checksum", at);
    at += 8;
    // Writers of tapes and boot loaders pad with zeros.
    while (at < file.size() && file[at] == std::byte{0}) ++at;
  } while (at < file.size());
  return {};
}

}  // namespace jacinth::image
