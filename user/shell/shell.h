// The shell: reads lines, and runs them.
#pragma once

#include <zircon/types.h>

#include <span>
#include <string_view>

#include "lib/boot_files.h"
#include "lib/startup.h"
#include "shell/builtins.h"
#include "shell/console.h"
#include "shell/event_loop.h"
#include "shell/history.h"
#include "shell/job.h"
#include "shell/line_editor.h"
#include "shell/parser.h"
#include "shell/typed_line.h"

namespace shell {

class Shell {
 public:
  static constexpr size_t kMaxJobs = 16;

  explicit Shell(const user::BootFiles& files) : files_(files) {}
  zx_status_t open();
  // Until the input ends, or `exit`. Returns the shell's exit code.
  int64_t run();

  // For the built-ins.
  Console& console() { return console_; }
  const user::BootFiles& files() const { return files_; }
  const History& history() const { return history_; }
  std::span<const Job> jobs() const { return jobs_; }
  int64_t last_code() const { return last_code_; }
  void request_exit() { exit_requested_ = true; }
  // Job `number`, or all when 0. Returns the exit code of the last that ended. Ctrl-C ends the
  // waiting.
  int64_t wait_for_background(int number);

 private:
  void greet();
  enum class Input { Line, Interrupted, End };
  // The next line to carry out; it is in line_ then.
  Input read_line();
  Input read_plain_line();
  Input edit_line();

  void run_line(std::string_view line);
  int64_t run_pipeline(CommandLine& line);
  int64_t run_timed(CommandLine& line);
  int64_t run_programs(const CommandLine& line, bool traced);
  int64_t run_in_foreground(Job& job);
  // While programs run: what is typed is theirs. True when Ctrl-C was typed, or the terminal has
  // gone.
  bool pass_on_typing(bool to_program);
  Job* free_slot();
  void report_finished_jobs();
  void kill_all_jobs();

  const user::BootFiles& files_;
  EventLoop loop_;
  Console console_;
  const Surroundings surroundings_{loop_, console_, files_, user::default_job()};
  History history_;
  LineEditor editor_{console_, history_, files_};
  TypedLine typed_line_{console_};
  Job jobs_[kMaxJobs];
  int64_t last_code_ = 0;
  int64_t waited_code_ = 0;
  bool exit_requested_ = false;
  size_t line_length_ = 0;
  char line_[kMaxLine];
  CommandLine command_line_;
};

}  // namespace shell
