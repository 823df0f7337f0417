#include "shell/typed_line.h"

#include "shell/keys.h"

namespace shell {

void TypedLine::erase(size_t columns) {
  for (size_t i = 0; i < columns; ++i) console_.write("\b \b");
}

// Keys that are sent as sequences mean nothing here; like a terminal's own line editing, this
// passes them on byte by byte.
TypedLine::Result TypedLine::take(char byte) {
  KeyDecoder decoder;
  const Key key = decoder.take(byte);
  const size_t before = count_columns(buffer_.text());
  switch (key.kind) {
    case Key::Kind::Enter:
      buffer_.insert("\n");
      console_.write("\n");
      return Result::Line;
    case Key::Kind::Interrupt:
      console_.write("^C\n");
      buffer_.set({});
      return Result::Interrupted;
    case Key::Kind::EndOfInput:
      return buffer_.empty() ? Result::EndOfInput : Result::Line;
    case Key::Kind::Backspace:
      buffer_.erase_before();
      break;
    case Key::Kind::EraseWord:
      buffer_.erase_word();
      break;
    case Key::Kind::EraseToStart:
      buffer_.erase_to_start();
      break;
    default:
      if (!buffer_.insert({&byte, 1})) return console_.write("\a"), Result::More;
      console_.write(static_cast<unsigned char>(byte) < ' ' ? "?" : std::string_view(&byte, 1));
      return Result::More;
  }
  erase(before - count_columns(buffer_.text()));
  return Result::More;
}

}  // namespace shell
