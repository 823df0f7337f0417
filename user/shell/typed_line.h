// A line being typed for the foreground program, with the little editing that terminals offer.
#pragma once

#include <string_view>

#include "shell/console.h"
#include "shell/edit_buffer.h"

namespace shell {

class TypedLine {
 public:
  explicit TypedLine(Console& console) : console_(console) {}

  enum class Result { More, Line, Interrupted, EndOfInput };
  // Echoes the key and takes it; after Line the line, with its newline, is in text() until clear().
  Result take(char byte);
  std::string_view text() const { return buffer_.text(); }
  void clear() { buffer_.set({}); }

 private:
  void erase(size_t columns);

  Console& console_;
  EditBuffer buffer_;
};

}  // namespace shell
