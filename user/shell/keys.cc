#include "shell/keys.h"

namespace shell {
namespace {

using Kind = Key::Kind;

constexpr char control(char letter) { return static_cast<char>(letter & 0x1f); }
constexpr char kEscape = 0x1b;
constexpr char kRubout = 0x7f;
constexpr uint8_t kControlModifier = 5;

Key control_key(char byte) {
  switch (byte) {
    case '\r':
    case '\n':
      return {Kind::Enter};
    case '\t':
      return {Kind::Tab};
    case control('H'):
    case kRubout:
      return {Kind::Backspace};
    case control('A'):
      return {Kind::Home};
    case control('B'):
      return {Kind::Left};
    case control('C'):
      return {Kind::Interrupt};
    case control('D'):
      return {Kind::EndOfInput};
    case control('E'):
      return {Kind::End};
    case control('F'):
      return {Kind::Right};
    case control('K'):
      return {Kind::EraseToEnd};
    case control('L'):
      return {Kind::ClearScreen};
    case control('N'):
      return {Kind::Down};
    case control('P'):
      return {Kind::Up};
    case control('U'):
      return {Kind::EraseToStart};
    case control('W'):
      return {Kind::EraseWord};
    default:
      return {};
  }
}

// "ESC [ NUMBER ~", as the VT220's editing keypad sends.
Kind keypad_key(uint8_t number) {
  switch (number) {
    case 1:
    case 7:
      return Kind::Home;
    case 3:
      return Kind::Delete;
    case 4:
    case 8:
      return Kind::End;
    default:
      return Kind::None;
  }
}

}  // namespace

Key KeyDecoder::take(char byte) {
  switch (state_) {
    case State::Ground:
      if (byte == kEscape) {
        state_ = State::Escape;
        return {};
      }
      if (static_cast<uint8_t>(byte) < ' ' || byte == kRubout) return control_key(byte);
      return {Kind::Character, byte};
    case State::Escape:
      parameter_count_ = 0;
      parameters_[0] = parameters_[1] = 0;
      state_ = byte == '[' ? State::Bracket : byte == 'O' ? State::Single : State::Ground;
      if (byte == 'b') return {Kind::WordLeft};
      if (byte == 'f') return {Kind::WordRight};
      return {};
    case State::Bracket:
      if (byte >= '0' && byte <= '9') {
        if (parameter_count_ < 2) {
          uint8_t& number = parameters_[parameter_count_];
          number = static_cast<uint8_t>(number * 10 + (byte - '0'));
        }
        return {};
      }
      if (byte == ';') {
        ++parameter_count_;
        return {};
      }
      [[fallthrough]];
    case State::Single:
      state_ = State::Ground;
      return escape_sequence(byte);
  }
  return {};
}

Key KeyDecoder::escape_sequence(char last) {
  const bool with_control = parameters_[1] == kControlModifier;
  switch (last) {
    case 'A':
      return {Kind::Up};
    case 'B':
      return {Kind::Down};
    case 'C':
      return {with_control ? Kind::WordRight : Kind::Right};
    case 'D':
      return {with_control ? Kind::WordLeft : Kind::Left};
    case 'H':
      return {Kind::Home};
    case 'F':
      return {Kind::End};
    case '~':
      return {keypad_key(parameters_[0])};
    default:
      return {};
  }
}

}  // namespace shell
