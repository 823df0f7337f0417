// LineDiscipline: what a terminal does with the bytes that come from its keyboard and those that
// programs write: editing, echo, signals, translation. Linux's N_TTY. Knows no locks, files or
// processes; whoever owns it calls it under one lock.
#pragma once

#include <array>
#include <string_view>
#include <utility>

#include "linux/tty/input_queue.h"
#include "linux/tty/settings.h"

namespace jacinth::linux {

// Where a terminal's output goes: a console, or the other side of a pseudo-terminal.
class TerminalScreen {
 public:
  // How many bytes put() will take now.
  virtual size_t room() const = 0;
  // What does not fit is lost.
  virtual void put(std::string_view bytes) = 0;

 protected:
  ~TerminalScreen() = default;
};

class LineDiscipline {
 public:
  explicit LineDiscipline(TerminalScreen& screen) : screen_(screen) {}

  const Settings& settings() const { return settings_; }
  void change(const Settings& settings);

  // --- From the keyboard. Takes as many bytes as there is room for, and returns how many.
  size_t receive(std::string_view bytes);
  // How many bytes receive() takes now. A line that never ends must not keep its own end out: when
  // there is no whole line to read, what is too much is lost.
  size_t room() const;
  // Signals that keys have asked for since this was last called: bit n - 1 is signal n.
  uint64_t take_signals() { return std::exchange(signals_, 0); }

  // --- To programs.
  // Whether a reader that wants `least` bytes finds something.
  bool can_read(uint32_t least) const {
    return settings_.canonical() ? queue_.has_line() : queue_.size() >= least;
  }
  // How many bytes poll() waits for.
  uint32_t least_for_poll() const;
  // What is there, up to the end of a line in canonical mode; *ended: that has been reached.
  size_t read(std::span<char> out, bool* ended);
  // What FIONREAD tells.
  uint32_t readable() const {
    return settings_.canonical() ? queue_.readable_in_lines() : queue_.size();
  }
  void flush_input();

  // --- From programs. Takes what there is room for; 0 while output is stopped.
  size_t write(std::string_view bytes);
  bool can_write() const { return !stopped_ && screen_.room() >= kMostForOne; }
  bool stopped() const { return stopped_; }
  void stop() { stopped_ = true; }
  void start() { stopped_ = false; }

 private:
  static constexpr size_t kMostForOne = 8;  // bytes that one written byte can become: a tab

  size_t free_bytes() const;
  bool loses_excess() const;
  void receive_one(char c);
  void receive_literal(char c);
  bool takes_flow_key(char c);
  bool takes_signal_key(char c);
  bool takes_edit_key(char c);
  void signal_key(int32_t signal, char c);
  void store(char c);

  void erase(char key);
  void erase_line(char key);
  void unecho(char c);
  void unecho_tab();
  void reprint();

  bool echoes() const { return settings_.has_local(local_flag::kEcho); }
  // Echo is gathered while keys are received: a key that flushes takes it back.
  void echo(char c);
  void show(char c);
  void show_text(std::string_view text);
  void show_gathered();
  size_t translate(char c, char (&out)[kMostForOne]);

  TerminalScreen& screen_;
  Settings settings_ = kDefaultSettings;
  InputQueue queue_;
  uint64_t signals_ = 0;
  uint32_t column_ = 0;       // of the cursor
  uint32_t line_column_ = 0;  // where the line being edited begins
  bool literal_next_ = false;
  bool stopped_ = false;
  std::array<char, 256> echo_;
  size_t echo_bytes_ = 0;
};

}  // namespace jacinth::linux
