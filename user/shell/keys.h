// From the bytes a terminal sends to keys.
#pragma once

#include <cstdint>

namespace shell {

struct Key {
  enum class Kind : uint8_t {
    None,  // part of a longer sequence, or one that means nothing here
    Character,
    Enter,
    Tab,
    Backspace,
    Delete,
    Left,
    Right,
    WordLeft,
    WordRight,
    Up,
    Down,
    Home,
    End,
    EraseToEnd,
    EraseToStart,
    EraseWord,
    ClearScreen,
    Interrupt,
    EndOfInput,
  };
  Kind kind = Kind::None;
  char character = '\0';
};

// Takes bytes one by one; a byte completes at most one key.
class KeyDecoder {
 public:
  Key take(char byte);

 private:
  enum class State : uint8_t { Ground, Escape, Bracket, Single };
  Key escape_sequence(char last);

  State state_ = State::Ground;
  // Of "ESC [ 1 ; 5 C": the numbers before the letter.
  uint8_t parameters_[2] = {};
  uint8_t parameter_count_ = 0;
};

}  // namespace shell
