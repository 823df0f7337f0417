#include "linux/tty/line_discipline.h"

#include <algorithm>

#include "linux/signals/signal_set.h"

namespace jacinth::linux {

using namespace input_flag;
using namespace local_flag;
using namespace control_char;

namespace {

constexpr uint32_t kTabColumns = 8;
constexpr char kAllOnes = '\377';

bool is_control(char c) {
  const auto byte = static_cast<uint8_t>(c);
  return byte < 0x20 || byte == 0x7f;
}
bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         static_cast<uint8_t>(c) >= 0xc0;
}
char to_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
char to_upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

}  // namespace

void LineDiscipline::change(const Settings& settings) {
  const Settings before = std::exchange(settings_, settings);
  if (before.canonical() != settings_.canonical()) {
    queue_.change_mode(settings_.canonical());
    literal_next_ = false;
  }
  if (before.has_input(kStopStart) && !settings_.has_input(kStopStart)) start();
}

// --- Keys

size_t LineDiscipline::free_bytes() const {
  const uint32_t used = std::min(queue_.size(), InputQueue::kBytes - 1);
  const uint32_t free = InputQueue::kBytes - 1 - used;
  // 0377 may become two bytes.
  return settings_.has_input(kParityMark) ? free / 2 : free;
}

bool LineDiscipline::loses_excess() const { return settings_.canonical() && !queue_.has_line(); }

size_t LineDiscipline::room() const { return loses_excess() ? InputQueue::kBytes : free_bytes(); }

size_t LineDiscipline::receive(std::string_view bytes) {
  size_t taken = 0;
  for (const char c : bytes) {
    if (free_bytes() == 0) {
      if (!loses_excess()) break;
      if (settings_.has_input(kBellWhenFull)) show('\a');
      // The place of the last byte is kept for the line's end.
      if (queue_.size() >= InputQueue::kBytes) queue_.drop_last();
    }
    receive_one(c);
    ++taken;
  }
  show_gathered();
  return taken;
}

void LineDiscipline::receive_one(char c) {
  if (settings_.has_input(kStrip)) c = static_cast<char>(c & 0x7f);
  if (settings_.has_input(kLower) && settings_.has_local(kExtended)) c = to_lower(c);
  if (std::exchange(literal_next_, false)) return receive_literal(c);
  if (takes_flow_key(c) || takes_signal_key(c)) return;
  if (stopped_ && settings_.has_input(kStopStart) && settings_.has_input(kAnyStarts)) start();
  if (c == '\r') {
    if (settings_.has_input(kIgnoreCr)) return;
    if (settings_.has_input(kCrToNl)) c = '\n';
  } else if (c == '\n' && settings_.has_input(kNlToCr)) {
    c = '\r';
  }
  if (settings_.canonical() && takes_edit_key(c)) return;
  receive_literal(c);
}

void LineDiscipline::receive_literal(char c) {
  if (echoes()) {
    if (!queue_.editing()) line_column_ = column_;
    if (c == '\n' && !settings_.canonical()) {
      show(c);
    } else {
      echo(c);
    }
  }
  store(c);
}

void LineDiscipline::store(char c) {
  if (c == kAllOnes && settings_.has_input(kParityMark)) queue_.put(c);
  queue_.put(c);
}

bool LineDiscipline::takes_flow_key(char c) {
  if (!settings_.has_input(kStopStart)) return false;
  if (settings_.is(c, kStart)) {
    start();
    return true;
  }
  if (!settings_.is(c, kStop)) return false;
  stop();
  return true;
}

bool LineDiscipline::takes_signal_key(char c) {
  if (!settings_.has_local(kSignals)) return false;
  if (settings_.is(c, kIntr)) {
    signal_key(kSigInt, c);
  } else if (settings_.is(c, kQuit)) {
    signal_key(kSigQuit, c);
  } else if (settings_.is(c, kSusp)) {
    signal_key(kSigTstp, c);
  } else {
    return false;
  }
  return true;
}

void LineDiscipline::signal_key(int32_t signal, char c) {
  signals_ |= bit_of(signal);
  if (!settings_.has_local(kNoFlush)) {
    flush_input();
    echo_bytes_ = 0;
  }
  if (settings_.has_input(kStopStart)) start();
  if (echoes()) echo(c);
}

bool LineDiscipline::takes_edit_key(char c) {
  const bool extended = settings_.has_local(kExtended);
  if (settings_.is(c, kErase) || settings_.is(c, kKill) ||
      (extended && settings_.is(c, kWordErase))) {
    erase(c);
  } else if (extended && settings_.is(c, kLiteral)) {
    literal_next_ = true;
    if (echoes() && settings_.has_local(kEchoControl)) show_text("^\b");
  } else if (extended && settings_.is(c, kReprint) && echoes()) {
    reprint();
  } else if (c == '\n') {
    if (settings_.has_local(kEcho | kEchoNl)) show(c);
    queue_.end_line(c);
  } else if (settings_.is(c, kEof)) {
    queue_.end_file();
  } else if (settings_.is(c, kEol) || (extended && settings_.is(c, kEol2))) {
    if (echoes()) {
      if (!queue_.editing()) line_column_ = column_;
      echo(c);
    }
    queue_.end_line(c);
  } else {
    return false;
  }
  return true;
}

// --- Taking back what has been typed

void LineDiscipline::erase(char key) {
  if (!queue_.editing()) return;
  if (settings_.is(key, kKill)) return erase_line(key);
  const bool by_word = !settings_.is(key, kErase);
  bool seen_word = false;
  while (queue_.editing()) {
    uint32_t at = queue_.edited_bytes() - 1;
    const bool utf8 = settings_.has_input(kUtf8);
    auto continues = [&](char c) { return utf8 && (static_cast<uint8_t>(c) & 0xc0) == 0x80; };
    while (at > 0 && continues(queue_.edited(at))) --at;
    const char c = queue_.edited(at);
    if (continues(c)) break;
    if (by_word) {
      if (!is_word(c) && seen_word) break;
      seen_word = seen_word || is_word(c);
    }
    while (queue_.edited_bytes() > at) queue_.drop_last();
    if (echoes()) {
      if (!by_word && !settings_.has_local(kEchoErase)) {
        echo(key);
      } else {
        unecho(c);
      }
    }
    if (!by_word) break;
  }
}

void LineDiscipline::erase_line(char key) {
  if (echoes() && settings_.has_local(kEchoKill) && settings_.has_local(kEchoKillErases) &&
      settings_.has_local(kEchoErase)) {
    while (queue_.editing()) {
      const char c = queue_.edited(queue_.edited_bytes() - 1);
      queue_.drop_last();
      const bool continues = settings_.has_input(kUtf8) && (static_cast<uint8_t>(c) & 0xc0) == 0x80;
      if (!continues) unecho(c);
    }
    return;
  }
  queue_.drop_edited();
  if (!echoes()) return;
  echo(key);
  if (settings_.has_local(kEchoKill)) show('\n');
}

// Wipes the last character, which is out of the queue already, off the screen.
void LineDiscipline::unecho(char c) {
  if (c == '\t') return unecho_tab();
  const bool shows_control = settings_.has_local(kEchoControl);
  if (is_control(c) && shows_control) show_text("\b \b");
  if (!is_control(c) || shows_control) show_text("\b \b");
}

// Where the cursor stood before the tab: found by what stands before it on the line.
void LineDiscipline::unecho_tab() {
  uint32_t columns = 0;
  bool after_tab = false;
  for (uint32_t i = queue_.edited_bytes(); i > 0 && !after_tab; --i) {
    const char c = queue_.edited(i - 1);
    const bool continues = settings_.has_input(kUtf8) && (static_cast<uint8_t>(c) & 0xc0) == 0x80;
    if (c == '\t') {
      after_tab = true;
    } else if (is_control(c)) {
      columns += settings_.has_local(kEchoControl) ? 2 : 0;
    } else if (!continues) {
      ++columns;
    }
  }
  if (!after_tab) columns += line_column_;
  for (uint32_t i = columns % kTabColumns; i < kTabColumns; ++i) show('\b');
}

void LineDiscipline::reprint() {
  echo(static_cast<char>(settings_.control[kReprint]));
  show('\n');
  for (uint32_t i = 0; i < queue_.edited_bytes(); ++i) echo(queue_.edited(i));
}

// --- Echo

void LineDiscipline::echo(char c) {
  if (!is_control(c) || c == '\t' || !settings_.has_local(kEchoControl)) return show(c);
  show('^');
  show(static_cast<char>(c ^ 0100));
}

void LineDiscipline::show_text(std::string_view text) {
  for (const char c : text) show(c);
}

void LineDiscipline::show(char c) {
  if (echo_bytes_ + kMostForOne > echo_.size()) show_gathered();
  char out[kMostForOne];
  const size_t count = translate(c, out);
  std::copy_n(out, count, echo_.begin() + echo_bytes_);
  echo_bytes_ += count;
}

void LineDiscipline::show_gathered() {
  screen_.put({echo_.data(), echo_bytes_});
  echo_bytes_ = 0;
}

// --- Output

size_t LineDiscipline::translate(char c, char (&out)[kMostForOne]) {
  out[0] = c;
  if (!settings_.has_output(output_flag::kProcess)) return 1;
  switch (c) {
    case '\n':
      if (settings_.has_output(output_flag::kNlReturns)) column_ = 0;
      if (!settings_.has_output(output_flag::kNlToCrNl)) return 1;
      column_ = line_column_ = 0;
      out[0] = '\r';
      out[1] = '\n';
      return 2;
    case '\r':
      if (settings_.has_output(output_flag::kNoCrAtZero) && column_ == 0) return 0;
      if (settings_.has_output(output_flag::kCrToNl)) {
        out[0] = '\n';
        if (settings_.has_output(output_flag::kNlReturns)) column_ = line_column_ = 0;
        return 1;
      }
      column_ = line_column_ = 0;
      return 1;
    case '\t': {
      const uint32_t spaces = kTabColumns - column_ % kTabColumns;
      column_ += spaces;
      if ((settings_.output & output_flag::kTabDelay) != output_flag::kExpandTabs) return 1;
      std::fill_n(out, spaces, ' ');
      return spaces;
    }
    case '\b':
      if (column_ > 0) --column_;
      return 1;
    default:
      break;
  }
  if (is_control(c)) return 1;
  if (settings_.has_output(output_flag::kUpper)) out[0] = to_upper(c);
  const bool continues = settings_.has_input(kUtf8) && (static_cast<uint8_t>(c) & 0xc0) == 0x80;
  if (!continues) ++column_;
  return 1;
}

size_t LineDiscipline::write(std::string_view bytes) {
  size_t taken = 0;
  char piece[256];
  while (taken < bytes.size() && !stopped_) {
    const size_t room = std::min(screen_.room(), sizeof piece);
    if (room < kMostForOne) break;
    size_t filled = 0;
    while (taken < bytes.size() && filled + kMostForOne <= room) {
      char out[kMostForOne];
      const size_t count = translate(bytes[taken++], out);
      std::copy_n(out, count, piece + filled);
      filled += count;
    }
    screen_.put({piece, filled});
  }
  return taken;
}

// --- Programs

uint32_t LineDiscipline::least_for_poll() const {
  const uint8_t least = settings_.control[kMin];
  return settings_.control[kTime] == 0 && least != 0 ? least : 1;
}

size_t LineDiscipline::read(std::span<char> out, bool* ended) {
  if (settings_.canonical()) return queue_.take_line(out, ended);
  *ended = false;
  return queue_.take(out);
}

void LineDiscipline::flush_input() {
  queue_.clear();
  literal_next_ = false;
}

}  // namespace jacinth::linux
