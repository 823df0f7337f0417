// The two ways in which Zstandard writes symbols with few bits: finite state entropy (FSE) and
// Huffman codes. (RFC 8878, sections 4.1 and 4.2.)
#pragma once

#include <array>

#include "image/bytes.h"

namespace jacinth::image::zstd {

// Bits that were written forwards and are read backwards, from the last to the first. Before the
// first there are zeros, and overrun() tells that some of them were read.
class BackwardBits {
 public:
  // The highest bit set in the last byte ends the bits and is none of them; nullopt without one.
  static std::optional<BackwardBits> open(Bytes bytes);

  // The next `count` bits, up to 56, without taking them.
  uint64_t peek(unsigned count) const {
    const int64_t start = left_ - count;
    if (start < 0) return left_ <= 0 ? 0 : bits_at(0, static_cast<unsigned>(left_)) << -start;
    return bits_at(static_cast<uint64_t>(start), count);
  }
  void skip(unsigned count) { left_ -= count; }
  uint64_t take(unsigned count) {
    const uint64_t bits = peek(count);
    skip(count);
    return bits;
  }
  bool overrun() const { return left_ < 0; }
  // All have been taken, and no more.
  bool at_end() const { return left_ == 0; }

 private:
  BackwardBits(Bytes bytes, int64_t left) : bytes_(bytes), left_(left) {}
  uint64_t bits_at(uint64_t start, unsigned count) const;

  Bytes bytes_;
  int64_t left_;
};

// How often each symbol is to be expected among 1 << accuracy; -1: less than once.
struct FseCounts {
  static constexpr size_t kMostSymbols = 53;
  std::array<int16_t, kMostSymbols> of{};
  size_t symbols = 0;
  unsigned accuracy = 0;

  // As a frame describes them at the start of `bytes`, for `most_symbols` and `most_accuracy` at
  // most; how many bytes that took, or nullopt when it is damaged.
  std::optional<size_t> read(Bytes bytes, size_t most_symbols, unsigned most_accuracy);
};

// What FSE's states mean: 1 << accuracy of them.
class FseTable {
 public:
  static constexpr unsigned kMostAccuracy = 9;

  // False when the counts make no table.
  bool build(const FseCounts& counts);
  // The one state there is stands for `symbol`.
  void build_single(uint8_t symbol);
  bool is_built() const { return built_; }

 private:
  friend class FseState;
  struct Cell {
    uint16_t base;
    uint8_t bits;
    uint8_t symbol;
  };
  std::array<Cell, 1 << kMostAccuracy> cells_;
  unsigned accuracy_ = 0;
  bool built_ = false;
};

class FseState {
 public:
  FseState(const FseTable& table, BackwardBits& bits)
      : table_(table), state_(bits.take(table.accuracy_)) {}
  uint8_t symbol() const { return table_.cells_[state_].symbol; }
  void advance(BackwardBits& bits) {
    const FseTable::Cell& cell = table_.cells_[state_];
    state_ = cell.base + bits.take(cell.bits);
  }

 private:
  const FseTable& table_;
  uint64_t state_;
};

class HuffmanTable {
 public:
  // From the description at the start of `bytes`; how many bytes that took.
  std::optional<size_t> read(Bytes bytes);
  bool is_built() const { return longest_ != 0; }
  // Fills `to` with what `bytes` has, which must be no more and no less.
  bool decode(Bytes bytes, std::span<std::byte> to) const;

 private:
  static constexpr unsigned kLongest = 11;
  static constexpr size_t kMostSymbols = 256;
  // Symbols of weight w have codes of longest_ + 1 - w bits; those of weight 0 have none.
  struct Weights {
    std::array<uint8_t, kMostSymbols> of{};
    size_t symbols = 0;
  };
  struct Cell {
    uint8_t symbol;
    uint8_t bits;
  };

  static bool read_weights(Bytes packed, Weights& weights);
  bool build(Weights& weights);

  std::array<Cell, 1 << kLongest> cells_;
  unsigned longest_ = 0;
};

}  // namespace jacinth::image::zstd
