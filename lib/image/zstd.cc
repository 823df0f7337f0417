#include "image/zstd.h"

#include <algorithm>
#include <initializer_list>
#include <utility>

#include "image/match.h"
#include "image/xxhash.h"
#include "image/zstd_codes.h"

namespace jacinth::image {
namespace {

using zstd::BackwardBits;
using zstd::FseCounts;
using zstd::FseState;
using zstd::FseTable;
using zstd::HuffmanTable;

constexpr uint32_t kZstdMagic = 0xfd2fb528;
constexpr uint64_t kLargestBlock = 128 << 10;

constexpr FseCounts counts_of(unsigned accuracy, std::initializer_list<int16_t> list) {
  FseCounts counts;
  counts.accuracy = accuracy;
  for (int16_t count : list) counts.of[counts.symbols++] = count;
  return counts;
}

// Codes for numbers: a code stands for as many numbers, from `least` on, as its extra bits tell.
struct NumberCode {
  uint32_t least : 24;
  uint32_t bits : 8;
};
struct NumberCodes {
  std::array<NumberCode, FseCounts::kMostSymbols> of{};
  size_t count = 0;
};
// `plain` codes for one number each, from `least` on, then one for each of `bits`.
constexpr NumberCodes codes_of(uint32_t least, size_t plain, std::initializer_list<uint8_t> bits) {
  NumberCodes codes;
  for (; codes.count < plain; ++least) codes.of[codes.count++] = {.least = least, .bits = 0};
  for (uint8_t more : bits) {
    codes.of[codes.count++] = {.least = least, .bits = more};
    least += 1u << more;
  }
  return codes;
}

// RFC 8878, 3.1.1.3.2.1.1 and 3.1.1.3.2.2.
constexpr NumberCodes kLiteralsCodes =
    codes_of(0, 16, {1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16});
constexpr NumberCodes kMatchCodes =
    codes_of(3, 32, {1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16});
constexpr size_t kOffsetCodes = 32;
constexpr FseCounts kUsualLiterals =
    counts_of(6, {4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1,  1,  2,  2,
                  2, 2, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 1, 1, -1, -1, -1, -1});
constexpr FseCounts kUsualMatches = counts_of(
    6, {1, 4, 3, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,  1,  1,  1,  1,  1,  1, 1,
        1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1});
constexpr FseCounts kUsualOffsets = counts_of(5, {1, 1, 1, 1, 1, 1, 2, 2, 2, 1,  1,  1,  1,  1, 1,
                                                  1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1});

class ZstdUnpacker {
 public:
  ZstdUnpacker(Bytes packed, std::span<std::byte> to) : packed_(packed), to_(to) {}

  Parsed<> run() {
    const auto checked = read_header();
    if (!checked) return std::unexpected(checked.error());
    for (bool last = false; !last;) {
      const uint64_t start = at_;
      const auto low = take<uint16_t>();
      const auto high = take<uint8_t>();
      if (!low || !high) return bad("the zstd frame has no end", start);
      const uint32_t header = *low | uint32_t{*high} << 16;
      last = (header & 1) != 0;
      if (!unpack_block(BlockKind{header >> 1 & 3}, header >> 3))
        return bad("a zstd block is damaged", start);
    }
    if (produced_ != to_.size()) return bad("the zstd frame unpacks to another size", at_);
    if (*checked && take<uint32_t>() != static_cast<uint32_t>(xxh64(to_)))
      return bad("the zstd frame's checksum is wrong", at_);
    return {};
  }

 private:
  enum class BlockKind : uint32_t { Stored, OneByte, Packed };
  enum class LiteralsKind : uint32_t { Stored, OneByte, Packed, PackedAsBefore };
  enum class TableKind : uint32_t { Usual, OneSymbol, Described, AsBefore };

  template <typename T>
  std::optional<T> take() {
    const auto value = load<T>(packed_, at_);
    if (value) at_ += sizeof(T);
    return value;
  }
  // The next `size` bytes (1, 2, 3, 4, 5 or 8) as a number.
  static std::optional<uint64_t> take_number(Bytes& from, size_t size) {
    if (from.size() < size) return std::nullopt;
    uint64_t value = 0;
    memcpy(&value, from.data(), size);
    from = from.subspan(size);
    return value;
  }

  // Whether there is a checksum at the end.
  Parsed<bool> read_header() {
    if (take<uint32_t>() != kZstdMagic) return bad("this is no zstd frame", 0);
    const auto flags = take<uint8_t>();
    if (!flags || (*flags & 8) != 0) return bad("this version of zstd is not known", at_);
    const bool in_one_piece = (*flags & 0x20) != 0;
    if (!in_one_piece && !take<uint8_t>())  // how far matches reach, which is nothing to us
      return bad("the zstd frame has no end", at_);
    constexpr size_t kDictionaryBytes[] = {0, 1, 2, 4};
    Bytes rest = packed_.subspan(at_);
    const auto dictionary = take_number(rest, kDictionaryBytes[*flags & 3]);
    if (dictionary.value_or(1) != 0) return bad("the zstd frame needs a dictionary", at_);
    const size_t size_bytes[] = {in_one_piece ? 1u : 0u, 2, 4, 8};
    const size_t bytes = size_bytes[*flags >> 6];
    const auto size = take_number(rest, bytes);
    if (bytes != 0 && (!size || *size + (bytes == 2 ? 256 : 0) != to_.size()))
      return bad("the zstd frame unpacks to another size", at_);
    at_ = packed_.size() - rest.size();
    return (*flags & 4) != 0;
  }

  bool unpack_block(BlockKind kind, uint64_t size) {
    const uint64_t stored = kind == BlockKind::OneByte ? 1 : size;
    if (size > kLargestBlock || !fits(at_, stored, packed_.size())) return false;
    const Bytes block = packed_.subspan(at_, stored);
    at_ += stored;
    if (kind == BlockKind::Packed) return unpack(block);
    if (kind != BlockKind::Stored && kind != BlockKind::OneByte) return false;
    if (!fits(produced_, size, to_.size())) return false;
    if (kind == BlockKind::Stored)
      std::ranges::copy(block, to_.begin() + static_cast<ptrdiff_t>(produced_));
    else
      std::ranges::fill(to_.subspan(produced_, size), block[0]);
    produced_ += size;
    return true;
  }

  bool unpack(Bytes block) {
    if (!read_literals(block)) return false;
    auto count = take_number(block, 1);
    if (!count) return false;
    if (*count >= 128) {
      const auto more = take_number(block, *count == 255 ? 2 : 1);
      if (!more) return false;
      count = *count == 255 ? *more + 0x7f00 : (*count - 128) << 8 | *more;
    }
    if (*count == 0 ? !block.empty() : !run_sequences(block, *count)) return false;
    return copy_literals(to_.size() - literals_at_);
  }

  // Puts the block's literals at the end of the room, where what is unpacked cannot reach before it
  // has taken them: behind it, there is place for at least all the literals that are left.
  bool read_literals(Bytes& block) {
    if (block.empty()) return false;
    const auto head = std::to_integer<uint32_t>(block[0]);
    const LiteralsKind kind{head & 3};
    const bool packed = kind == LiteralsKind::Packed || kind == LiteralsKind::PackedAsBefore;
    const uint32_t format = head >> 2 & 3;
    // How many bytes the header has, and how many bits each size in it.
    constexpr uint8_t kHeader[2][4] = {{1, 2, 1, 3}, {3, 3, 4, 5}};
    constexpr uint8_t kBits[2][4] = {{5, 12, 5, 20}, {10, 10, 14, 18}};
    const auto header = take_number(block, kHeader[packed ? 1 : 0][format]);
    if (!header) return false;
    const unsigned bits = kBits[packed ? 1 : 0][format];
    // The shortest header has a bit less for the format.
    const unsigned shift = bits == 5 ? 3 : 4;
    const uint64_t mask = (uint64_t{1} << bits) - 1;
    const uint64_t size = *header >> shift & mask;
    if (size > kLargestBlock || size > to_.size() - produced_) return false;
    literals_at_ = to_.size() - size;
    const std::span<std::byte> literals = to_.subspan(literals_at_);
    const uint64_t stored = packed                          ? *header >> (shift + bits) & mask
                            : kind == LiteralsKind::OneByte ? 1
                                                            : size;
    if (stored > block.size()) return false;
    Bytes from = block.first(stored);
    block = block.subspan(stored);
    if (kind == LiteralsKind::Stored) {
      std::ranges::copy(from, literals.begin());
      return true;
    }
    if (kind == LiteralsKind::OneByte) {
      std::ranges::fill(literals, from[0]);
      return true;
    }
    if (kind == LiteralsKind::Packed) {
      const auto used = huffman_.read(from);
      if (!used) return false;
      from = from.subspan(*used);
    }
    if (!huffman_.is_built()) return false;
    return format == 0 ? huffman_.decode(from, literals) : decode_streams(from, literals);
  }

  // Four streams, a quarter each, behind the sizes of the first three.
  bool decode_streams(Bytes from, std::span<std::byte> literals) {
    constexpr size_t kStreams = 4;
    Bytes sizes = from;
    if (from.size() < 6) return false;
    from = from.subspan(6);
    const size_t quarter = (literals.size() + kStreams - 1) / kStreams;
    if (quarter * (kStreams - 1) > literals.size()) return false;
    for (size_t i = 0; i + 1 < kStreams; ++i) {
      const uint64_t size = *take_number(sizes, 2);
      if (size > from.size() || !huffman_.decode(from.first(size), literals.first(quarter)))
        return false;
      from = from.subspan(size);
      literals = literals.subspan(quarter);
    }
    return huffman_.decode(from, literals);
  }

  static bool read_table(TableKind kind, const FseCounts& usual, size_t most_symbols,
                         unsigned most_accuracy, FseTable& table, Bytes& block) {
    switch (kind) {
      case TableKind::Usual:
        return table.build(usual);
      case TableKind::OneSymbol: {
        const auto symbol = take_number(block, 1);
        if (!symbol || *symbol >= most_symbols) return false;
        table.build_single(static_cast<uint8_t>(*symbol));
        return true;
      }
      case TableKind::Described: {
        FseCounts counts;
        const auto used = counts.read(block, most_symbols, most_accuracy);
        if (!used) return false;
        block = block.subspan(*used);
        return table.build(counts);
      }
      case TableKind::AsBefore:
        return table.is_built();
    }
    return false;
  }

  // Each sequence is some literals and a match.
  bool run_sequences(Bytes block, uint64_t count) {
    const auto kinds = take_number(block, 1);
    if (!kinds || (*kinds & 3) != 0) return false;
    const auto kind = [&](unsigned shift) { return TableKind{uint32_t(*kinds >> shift & 3)}; };
    if (!read_table(kind(6), kUsualLiterals, kLiteralsCodes.count, 9, literals_table_, block) ||
        !read_table(kind(4), kUsualOffsets, kOffsetCodes, 8, offsets_table_, block) ||
        !read_table(kind(2), kUsualMatches, kMatchCodes.count, 9, matches_table_, block))
      return false;
    auto bits = BackwardBits::open(block);
    if (!bits) return false;
    FseState literals(literals_table_, *bits);
    FseState offset(offsets_table_, *bits);
    FseState match(matches_table_, *bits);
    for (;;) {
      const uint64_t far = (uint64_t{1} << offset.symbol()) + bits->take(offset.symbol());
      const NumberCode match_code = kMatchCodes.of[match.symbol()];
      const uint64_t match_bytes = match_code.least + bits->take(match_code.bits);
      const NumberCode literals_code = kLiteralsCodes.of[literals.symbol()];
      const uint64_t literal_bytes = literals_code.least + bits->take(literals_code.bits);
      if (!copy_literals(literal_bytes) ||
          !copy_match(distance_of(far, literal_bytes == 0), match_bytes))
        return false;
      if (--count == 0) return bits->at_end();
      literals.advance(*bits);
      match.advance(*bits);
      offset.advance(*bits);
      if (bits->overrun()) return false;
    }
  }

  // 1 to 3 are one of the last distances; without literals in between, the last one would have gone
  // on, and so the others move up, and 3 is one less than the last.
  uint64_t distance_of(uint64_t far, bool no_literals) {
    if (far > 3) {
      last_distances_[2] = last_distances_[1];
      last_distances_[1] = std::exchange(last_distances_[0], far - 3);
      return last_distances_[0];
    }
    const uint64_t which = far - 1 + (no_literals ? 1 : 0);
    const uint64_t distance = which == 3 ? last_distances_[0] - 1 : last_distances_[which];
    if (which >= 2) last_distances_[2] = last_distances_[1];
    if (which >= 1) last_distances_[1] = last_distances_[0];
    return last_distances_[0] = distance;
  }

  bool copy_literals(uint64_t count) {
    if (count > to_.size() - literals_at_) return false;
    if (count == 0) return true;  // perhaps there is no room at all, and no address of it
    memmove(to_.data() + produced_, to_.data() + literals_at_, count);
    produced_ += count;
    literals_at_ += count;
    return true;
  }

  // From what is unpacked already, which may reach into what the copy itself makes.
  bool copy_match(uint64_t distance, uint64_t count) {
    if (distance == 0 || distance > produced_ || !fits(produced_, count, literals_at_))
      return false;
    repeat_match(to_.data() + produced_, distance, count);
    produced_ += count;
    return true;
  }

  const Bytes packed_;
  const std::span<std::byte> to_;
  uint64_t at_ = 0;           // in packed_
  uint64_t produced_ = 0;     // of to_
  uint64_t literals_at_ = 0;  // of to_: the next literal of this block, and all others behind it
  uint64_t last_distances_[3] = {1, 4, 8};
  // Blocks may use those of the block before.
  HuffmanTable huffman_;
  FseTable literals_table_, offsets_table_, matches_table_;
};

}  // namespace

Parsed<> unpack_zstd(Bytes packed, std::span<std::byte> to) {
  return ZstdUnpacker(packed, to).run();
}

}  // namespace jacinth::image
