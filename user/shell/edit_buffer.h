// A line of text with a cursor. Positions are in bytes, but always between UTF-8 characters.
#pragma once

#include <cstddef>
#include <string_view>

namespace shell {

inline constexpr size_t kMaxLine = 4096;

class EditBuffer {
 public:
  std::string_view text() const { return {bytes_, size_}; }
  std::string_view before_cursor() const { return {bytes_, cursor_}; }
  size_t cursor() const { return cursor_; }
  bool empty() const { return size_ == 0; }

  // What does not fit is dropped.
  void set(std::string_view text);
  // False when it does not fit.
  bool insert(std::string_view text);

  // All of them false when there was nothing to do.
  bool left();
  bool right();
  bool word_left();
  bool word_right();
  bool home();
  bool end();
  bool erase_before();
  bool erase_after();
  bool erase_word();
  bool erase_to_start() { return erase(0, cursor_); }
  bool erase_to_end() { return erase(cursor_, size_); }

 private:
  bool erase(size_t from, size_t to);
  bool move_to(size_t position);
  size_t previous(size_t position) const;
  size_t next(size_t position) const;
  size_t word_start() const;

  size_t size_ = 0;
  size_t cursor_ = 0;
  char bytes_[kMaxLine];
};

// Whether `byte` goes on with a character that an earlier byte began.
constexpr bool continues_character(char byte) {
  return (static_cast<unsigned char>(byte) & 0xc0) == 0x80;
}
// Characters of `text`, each taken to fill one column.
size_t count_columns(std::string_view text);

}  // namespace shell
