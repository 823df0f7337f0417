#include "linux/tty/input_queue.h"

namespace jacinth::linux {

uint32_t InputQueue::readable_in_lines() const {
  uint32_t count = line_bytes();
  for (uint32_t i = tail_; i != line_; ++i) {
    if (ends_at(i) && bytes_[i % kBytes] == '\0') --count;
  }
  return count;
}

void InputQueue::end_line(char c) {
  ends_[head_ % kBytes / 64] |= uint64_t{1} << head_ % 64;
  put(c);
  line_ = head_;
}

void InputQueue::clear() {
  ends_ = {};
  tail_ = line_ = head_ = 0;
}

void InputQueue::change_mode(bool canonical) {
  ends_ = {};
  line_ = tail_;
  if (!canonical || size() == 0) return;
  const uint32_t last = head_ - 1;
  ends_[last % kBytes / 64] |= uint64_t{1} << last % 64;
  line_ = head_;
}

size_t InputQueue::take(std::span<char> out) {
  size_t count = 0;
  while (count < out.size() && tail_ != head_) out[count++] = bytes_[tail_++ % kBytes];
  line_ = tail_;
  return count;
}

size_t InputQueue::take_line(std::span<char> out, bool* ended) {
  size_t count = 0;
  *ended = false;
  while (tail_ != line_ && !*ended) {
    const char c = bytes_[tail_ % kBytes];
    const bool is_end = ends_at(tail_);
    const bool is_mark = is_end && c == '\0';
    // A mark right behind what has just been read belongs to it.
    if (count == out.size() && !is_mark) break;
    if (!is_mark) out[count++] = c;
    ends_[tail_ % kBytes / 64] &= ~(uint64_t{1} << tail_ % 64);
    ++tail_;
    *ended = is_end;
  }
  return count;
}

}  // namespace jacinth::linux
