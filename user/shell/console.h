// The shell's terminal: what is typed, and what is shown.
//
// Typing comes from zx_debug_read, which blocks; a thread of its own reads it into a socket. There
// are two ways from there. When the console is no terminal, that socket is the standard input of
// shell and programs alike, who read as much as they need, as of a pipe. On a terminal the shell
// takes the keys; lines for the foreground program go through a second socket, and what the program
// leaves unread in there is read by the shell afterwards.
#pragma once

#include <zircon/types.h>

#include <span>
#include <string_view>

#include "lib/handle.h"
#include "lib/thread.h"
#include "shell/event_loop.h"
#include "text/format.h"

namespace shell {

// The line on the screen that other text must not be mixed up with.
class EditedLine {
 public:
  virtual void hide() = 0;
  virtual void show() = 0;

 protected:
  ~EditedLine() = default;
};

class Console {
 public:
  zx_status_t start(EventLoop& loop, zx_handle_t root_resource);

  // False: no editing, no echo, no prompts; end of file on the host ends the input.
  bool is_terminal() const { return is_terminal_; }

  // Takes a byte of input for the shell; false when none has come yet. What programs have not read
  // comes first.
  bool next(char* byte);
  // Takes a key typed just now, for whoever has the foreground. Terminals only.
  bool next_key(char* byte);
  // Nothing more will ever come.
  bool ended() const { return ended_; }
  // An event of the loop will tell of more input.
  void wait_for_input();

  // The foreground program's standard input, lent.
  zx_handle_t program_input() const { return typed_.get(); }
  // On a terminal: gives the program a line; false when it has not read the earlier ones.
  bool feed_program(std::string_view line);
  void end_program_input();
  // The next program can have input again.
  void renew_program_input();

  void write(std::string_view text);  // as it is
  // Above the line being edited, if any.
  void print(std::string_view text);
  void set_edited_line(EditedLine* line) { edited_ = line; }
  bool at_line_start() const { return at_line_start_; }

 private:
  static void read_input(void* console);
  bool take_typed(char* byte);
  void on_input(zx_signals_t) { waiting_ = false; }

  EventLoop* loop_ = nullptr;
  bool is_terminal_ = false;
  bool ended_ = false;
  bool waiting_ = false;
  bool at_line_start_ = true;
  bool input_ended_for_program_ = false;
  EditedLine* edited_ = nullptr;
  MemberWatcher<Console> input_watcher_{this, &Console::on_input};

  zx_handle_t root_resource_ = ZX_HANDLE_INVALID;
  user::Thread thread_;
  user::Handle sink_;  // where the thread writes
  user::Handle typed_, typed_writer_;
  user::Handle keys_;
  char pending_[256];
  size_t pending_count_ = 0;
  size_t pending_next_ = 0;
};

// Formats a text of at most 512 bytes and prints it.
template <typename... Args>
void print(Console& console, jacinth::FormatString<Args...> format, const Args&... args) {
  char text[512];
  console.print(jacinth::format_into(text, format, args...));
}

}  // namespace shell
