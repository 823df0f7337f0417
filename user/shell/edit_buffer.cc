#include "shell/edit_buffer.h"

#include <algorithm>
#include <cstring>

namespace shell {

size_t count_columns(std::string_view text) {
  return static_cast<size_t>(
      std::ranges::count_if(text, [](char c) { return !continues_character(c); }));
}

void EditBuffer::set(std::string_view text) {
  size_ = std::min(text.size(), kMaxLine);
  memmove(bytes_, text.data(), size_);
  cursor_ = size_;
}

bool EditBuffer::insert(std::string_view text) {
  if (text.size() > kMaxLine - size_) return false;
  memmove(bytes_ + cursor_ + text.size(), bytes_ + cursor_, size_ - cursor_);
  memcpy(bytes_ + cursor_, text.data(), text.size());
  size_ += text.size();
  cursor_ += text.size();
  return true;
}

size_t EditBuffer::previous(size_t position) const {
  if (position == 0) return 0;
  do --position;
  while (position > 0 && continues_character(bytes_[position]));
  return position;
}

size_t EditBuffer::next(size_t position) const {
  if (position == size_) return size_;
  do ++position;
  while (position < size_ && continues_character(bytes_[position]));
  return position;
}

size_t EditBuffer::word_start() const {
  size_t at = cursor_;
  while (at > 0 && bytes_[at - 1] == ' ') --at;
  while (at > 0 && bytes_[at - 1] != ' ') --at;
  return at;
}

bool EditBuffer::move_to(size_t position) {
  const bool moved = position != cursor_;
  cursor_ = position;
  return moved;
}

bool EditBuffer::left() { return move_to(previous(cursor_)); }
bool EditBuffer::right() { return move_to(next(cursor_)); }
bool EditBuffer::word_left() { return move_to(word_start()); }
bool EditBuffer::home() { return move_to(0); }
bool EditBuffer::end() { return move_to(size_); }

bool EditBuffer::word_right() {
  size_t at = cursor_;
  while (at < size_ && bytes_[at] == ' ') ++at;
  while (at < size_ && bytes_[at] != ' ') ++at;
  return move_to(at);
}

bool EditBuffer::erase(size_t from, size_t to) {
  if (from == to) return false;
  memmove(bytes_ + from, bytes_ + to, size_ - to);
  size_ -= to - from;
  cursor_ = from;
  return true;
}

bool EditBuffer::erase_before() { return erase(previous(cursor_), cursor_); }
bool EditBuffer::erase_after() { return erase(cursor_, next(cursor_)); }
bool EditBuffer::erase_word() { return erase(word_start(), cursor_); }

}  // namespace shell
