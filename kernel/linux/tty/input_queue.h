// InputQueue: what has been typed and not been read, and where its lines end.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace jacinth::linux {

//      tail             line              head
//       │                │                 │
//   ────┴── whole lines ─┴─ being edited ──┴── free ──►
//
// Indices run on and are taken modulo the size. In raw mode `line` means nothing: all may be read.
class InputQueue {
 public:
  static constexpr uint32_t kBytes = 4096;

  uint32_t size() const { return head_ - tail_; }
  // Bytes of whole lines, their ends included.
  uint32_t line_bytes() const { return line_ - tail_; }
  bool has_line() const { return line_ != tail_; }
  bool editing() const { return head_ != line_; }
  // The bytes of whole lines without end-of-file marks: what FIONREAD tells.
  uint32_t readable_in_lines() const;

  void put(char c) { bytes_[head_++ % kBytes] = c; }
  // Ends the line with `c`, or with a mark that no reader sees.
  void end_line(char c);
  void end_file() { end_line('\0'); }
  void drop_last() { --head_; }
  void drop_edited() { head_ = line_; }
  void clear();

  // Of the line being edited, its bytes counted from its start.
  uint32_t edited_bytes() const { return head_ - line_; }
  char edited(uint32_t index) const { return bytes_[(line_ + index) % kBytes]; }

  // The mode has changed: what is there is a line (`canonical`), or just bytes.
  void change_mode(bool canonical);

  // Raw: what there is. Returns how many bytes.
  size_t take(std::span<char> out);
  // Canonical: up to the end of the line; *ended says whether that has been reached.
  size_t take_line(std::span<char> out, bool* ended);

 private:
  bool ends_at(uint32_t index) const { return (ends_[index % kBytes / 64] >> index % 64 & 1) != 0; }

  std::array<char, kBytes> bytes_{};
  std::array<uint64_t, kBytes / 64> ends_{};  // a bit for each byte that ends a line
  uint32_t tail_ = 0, line_ = 0, head_ = 0;
};

}  // namespace jacinth::linux
