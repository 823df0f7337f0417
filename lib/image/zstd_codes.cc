#include "image/zstd_codes.h"

#include <algorithm>

namespace jacinth::image::zstd {
namespace {

unsigned highest_bit(uint64_t value) { return static_cast<unsigned>(std::bit_width(value)) - 1; }

// Little-endian, as much of a word as is there.
uint64_t word_at(Bytes bytes, uint64_t at) {
  uint64_t word = 0;
  if (at < bytes.size())
    memcpy(&word, bytes.data() + at, std::min<size_t>(sizeof word, bytes.size() - at));
  return word;
}

// Bits read as they were written, the lowest of each byte first; zeros behind the last.
class ForwardBits {
 public:
  explicit ForwardBits(Bytes bytes) : bytes_(bytes) {}
  uint64_t peek(unsigned count) const {
    return word_at(bytes_, at_ / 8) >> at_ % 8 & ((uint64_t{1} << count) - 1);
  }
  void skip(unsigned count) { at_ += count; }
  uint64_t take(unsigned count) {
    const uint64_t bits = peek(count);
    skip(count);
    return bits;
  }
  // Bytes begun; nullopt when there were not so many.
  std::optional<size_t> used() const {
    const uint64_t used = (at_ + 7) / 8;
    return used <= bytes_.size() ? std::optional<size_t>(used) : std::nullopt;
  }

 private:
  const Bytes bytes_;
  uint64_t at_ = 0;
};

}  // namespace

std::optional<BackwardBits> BackwardBits::open(Bytes bytes) {
  if (bytes.empty() || bytes.back() == std::byte{0}) return std::nullopt;
  const unsigned mark = highest_bit(std::to_integer<uint8_t>(bytes.back()));
  return BackwardBits(bytes, static_cast<int64_t>((bytes.size() - 1) * 8 + mark));
}

uint64_t BackwardBits::bits_at(uint64_t start, unsigned count) const {
  return word_at(bytes_, start / 8) >> start % 8 & ((uint64_t{1} << count) - 1);
}

std::optional<size_t> FseCounts::read(Bytes bytes, size_t most_symbols, unsigned most_accuracy) {
  constexpr unsigned kLeastAccuracy = 5;
  ForwardBits bits(bytes);
  accuracy = kLeastAccuracy + static_cast<unsigned>(bits.take(4));
  if (accuracy > most_accuracy) return std::nullopt;
  symbols = 0;
  // Of the values that a count may still have, the lower ones are written with a bit less.
  for (int64_t left = int64_t{1} << accuracy; left > 0;) {
    if (symbols == most_symbols) return std::nullopt;
    const auto values = static_cast<uint64_t>(left) + 2;  // -1 to left
    const unsigned width = highest_bit(values - 1) + 1;
    const uint64_t short_ones = (uint64_t{1} << width) - values;
    uint64_t value = bits.peek(width - 1);
    if (value < short_ones) {
      bits.skip(width - 1);
    } else {
      value = bits.take(width);
      if (value >= uint64_t{1} << (width - 1)) value -= short_ones;
    }
    const auto count = static_cast<int16_t>(static_cast<int64_t>(value) - 1);
    of[symbols++] = count;
    left -= count < 0 ? 1 : count;
    if (count != 0) continue;
    // How many more there are that do not occur: 3 says that another number follows.
    for (uint64_t more = 3; more == 3;) {
      more = bits.take(2);
      if (more > most_symbols - symbols) return std::nullopt;
      for (uint64_t i = 0; i < more; ++i) of[symbols++] = 0;
    }
  }
  return bits.used();
}

bool FseTable::build(const FseCounts& counts) {
  const size_t size = size_t{1} << counts.accuracy;
  std::array<uint16_t, FseCounts::kMostSymbols> next;
  size_t end = size;  // rare symbols have one state each, at the end
  for (size_t symbol = 0; symbol < counts.symbols; ++symbol) {
    next[symbol] = static_cast<uint16_t>(std::max<int>(counts.of[symbol], 1));
    if (counts.of[symbol] >= 0) continue;
    if (end == 0) return false;
    cells_[--end].symbol = static_cast<uint8_t>(symbol);
  }
  // The others are strewn over the rest, in steps that come by everywhere.
  const size_t step = size / 2 + size / 8 + 3;
  size_t at = 0;
  for (size_t symbol = 0; symbol < counts.symbols; ++symbol) {
    for (int i = 0; i < counts.of[symbol]; ++i) {
      cells_[at].symbol = static_cast<uint8_t>(symbol);
      do {
        at = (at + step) % size;
      } while (at >= end);
    }
  }
  if (at != 0) return false;
  for (Cell& cell : std::span(cells_).first(size)) {
    const uint16_t number = next[cell.symbol]++;
    cell.bits = static_cast<uint8_t>(counts.accuracy - highest_bit(number));
    cell.base = static_cast<uint16_t>((size_t{number} << cell.bits) - size);
  }
  accuracy_ = counts.accuracy;
  built_ = true;
  return true;
}

void FseTable::build_single(uint8_t symbol) {
  cells_[0] = {.base = 0, .bits = 0, .symbol = symbol};
  accuracy_ = 0;
  built_ = true;
}

std::optional<size_t> HuffmanTable::read(Bytes bytes) {
  constexpr uint8_t kPlain = 128;
  if (bytes.empty()) return std::nullopt;
  const auto head = std::to_integer<uint8_t>(bytes[0]);
  Weights weights;
  size_t used = 1;
  if (head < kPlain) {
    used += head;
    if (used > bytes.size() || !read_weights(bytes.subspan(1, head), weights)) return std::nullopt;
  } else {
    weights.symbols = head - kPlain + 1;
    used += (weights.symbols + 1) / 2;
    if (used > bytes.size()) return std::nullopt;
    for (size_t i = 0; i < weights.symbols; ++i)
      weights.of[i] =
          std::to_integer<uint8_t>(bytes[1 + i / 2] >> (i % 2 == 0 ? 4 : 0) & std::byte{15});
  }
  if (!build(weights)) return std::nullopt;
  return used;
}

// Two states take turns until no bits are left.
bool HuffmanTable::read_weights(Bytes packed, Weights& weights) {
  constexpr unsigned kWeightAccuracy = 6;
  FseCounts counts;
  FseTable table;
  const auto used = counts.read(packed, kLongest + 1, kWeightAccuracy);
  if (!used || !table.build(counts)) return false;
  auto bits = BackwardBits::open(packed.subspan(*used));
  if (!bits) return false;
  FseState states[] = {{table, *bits}, {table, *bits}};
  if (bits->overrun()) return false;
  for (unsigned turn = 0;; turn ^= 1) {
    // Two are to come at least, and one more is not written at all.
    if (weights.symbols + 2 >= kMostSymbols) return false;
    weights.of[weights.symbols++] = states[turn].symbol();
    states[turn].advance(*bits);
    if (!bits->overrun()) continue;
    weights.of[weights.symbols++] = states[turn ^ 1].symbol();
    return true;
  }
}

bool HuffmanTable::build(Weights& weights) {
  longest_ = 0;
  uint64_t filled = 0;
  for (size_t i = 0; i < weights.symbols; ++i) {
    if (weights.of[i] > kLongest) return false;
    if (weights.of[i] != 0) filled += uint64_t{1} << (weights.of[i] - 1);
  }
  if (filled == 0) return false;
  // The last symbol's weight is what is missing.
  const unsigned longest = highest_bit(filled) + 1;
  const uint64_t missing = (uint64_t{1} << longest) - filled;
  if (longest > kLongest || !std::has_single_bit(missing)) return false;
  weights.of[weights.symbols++] = static_cast<uint8_t>(highest_bit(missing) + 1);
  // Codes follow each other by rising weight, of one weight by rising symbol.
  size_t at = 0;
  for (unsigned weight = 1; weight <= longest; ++weight) {
    const Cell cell{.symbol = 0, .bits = static_cast<uint8_t>(longest + 1 - weight)};
    for (size_t symbol = 0; symbol < weights.symbols; ++symbol) {
      if (weights.of[symbol] != weight) continue;
      for (size_t end = at + (size_t{1} << (weight - 1)); at < end; ++at)
        cells_[at] = {.symbol = static_cast<uint8_t>(symbol), .bits = cell.bits};
    }
  }
  longest_ = longest;
  return true;
}

bool HuffmanTable::decode(Bytes bytes, std::span<std::byte> to) const {
  auto bits = BackwardBits::open(bytes);
  if (!bits) return false;
  for (std::byte& place : to) {
    const Cell cell = cells_[bits->peek(longest_)];
    bits->skip(cell.bits);
    place = std::byte{cell.symbol};
  }
  return bits->at_end();
}

}  // namespace jacinth::image::zstd
