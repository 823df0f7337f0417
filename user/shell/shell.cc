#include "shell/shell.h"

#include <zircon/syscalls.h>

#include <algorithm>
#include <utility>

#include "lib/system_handles.h"
#include "shell/call_trace.h"

namespace shell {
namespace {

constexpr std::string_view kPrompt = "jacinth$ ";
constexpr int64_t kSyntaxCode = 2;
constexpr int64_t kInterruptedCode = 130;

}  // namespace

zx_status_t Shell::open() {
  const zx_status_t status = loop_.open();
  return status == ZX_OK ? console_.start(loop_, user::root_resource()) : status;
}

int64_t Shell::run() {
  if (console_.is_terminal()) greet();
  while (!exit_requested_) {
    report_finished_jobs();
    const Input input = read_line();
    if (input == Input::End) break;
    if (input == Input::Interrupted) {
      last_code_ = kInterruptedCode;
    } else {
      run_line({line_, line_length_});
    }
  }
  kill_all_jobs();
  return last_code_;
}

void Shell::greet() {
  const user::FileView message = files_.find("motd");
  console_.write({reinterpret_cast<const char*>(message.bytes.data()), message.bytes.size()});
}

Shell::Input Shell::read_line() { return console_.is_terminal() ? edit_line() : read_plain_line(); }

Shell::Input Shell::edit_line() {
  editor_.begin(kPrompt, typed_line_.text());
  typed_line_.clear();
  for (;;) {
    char byte = '\0';
    while (console_.next(&byte)) {
      switch (editor_.take(byte)) {
        case LineEditor::Result::More:
          continue;
        case LineEditor::Result::Interrupted:
          return Input::Interrupted;
        case LineEditor::Result::EndOfInput:
          return Input::End;
        case LineEditor::Result::Line:
          line_length_ = editor_.text().size();
          std::ranges::copy(editor_.text(), line_);
          return Input::Line;
      }
    }
    if (console_.ended()) return Input::End;
    console_.wait_for_input();
    loop_.dispatch();
    report_finished_jobs();
  }
}

Shell::Input Shell::read_plain_line() {
  line_length_ = 0;
  bool too_long = false;
  for (;;) {
    char byte = '\0';
    while (console_.next(&byte)) {
      if (byte == '\n') {
        if (!too_long) return Input::Line;
        console_.print("the line is too long\n");
        last_code_ = kSyntaxCode;
        return read_plain_line();
      }
      too_long |= line_length_ == sizeof(line_);
      if (!too_long) line_[line_length_++] = byte;
    }
    // The last line may have no end.
    if (console_.ended()) return line_length_ == 0 || too_long ? Input::End : Input::Line;
    console_.wait_for_input();
    loop_.dispatch();
    report_finished_jobs();
  }
}

void Shell::run_line(std::string_view line) {
  Parser parser(line, last_code_);
  while (!exit_requested_) {
    switch (parser.next(&command_line_)) {
      case Parser::Result::End:
        return;
      case Parser::Result::Error:
        print(console_, "{}\n", parser.error());
        last_code_ = kSyntaxCode;
        return;
      case Parser::Result::Pipeline:
        last_code_ = run_pipeline(command_line_);
        // Ctrl-C ends the whole line, not just the command it met.
        if (last_code_ == kInterruptedCode) return;
    }
  }
}

int64_t Shell::run_pipeline(CommandLine& line) {
  const auto words = line.command(0);
  if (words.size() > 1 && words[0] == "time") return run_timed(line);
  if (words.size() > 1 && words[0] == "trace") {
    line.drop_words(1);
    return run_programs(line, true);
  }
  const Builtin* builtin = find_builtin(words[0]);
  if (builtin == nullptr) return run_programs(line, false);
  if (line.command_count() > 1 || line.background()) {
    print(console_, "{}: built into the shell, so it can only run alone\n", builtin->name);
    return kSyntaxCode;
  }
  return builtin->run(*this, words);
}

int64_t Shell::run_timed(CommandLine& line) {
  line.drop_words(1);
  const zx_time_t start = zx_clock_get_monotonic();
  const int64_t code = run_pipeline(line);
  const int64_t microseconds = (zx_clock_get_monotonic() - start) / 1000;
  print(console_, "time: {}.{:06} s\n", microseconds / 1000000, microseconds % 1000000);
  return code;
}

int64_t Shell::run_programs(const CommandLine& line, bool traced) {
  Job* job = free_slot();
  if (job == nullptr) {
    console_.print("too many commands in the background\n");
    return kSyntaxCode;
  }
  const int number = static_cast<int>(job - jobs_) + 1;
  if (!job->prepare(surroundings_, line, number)) return job->code();
  if (traced) {
    for (size_t i = 0; i < job->process_count(); ++i)
      trace_process(console_, user::root_resource(), job->koid_of(i));
  }
  if (!job->run()) return job->code();
  if (job->background()) {
    print(console_, "[{}] {}\n", number, job->text());
    return 0;
  }
  return run_in_foreground(*job);
}

int64_t Shell::run_in_foreground(Job& job) {
  bool interrupted = false;
  while (job.running()) {
    if (pass_on_typing(true)) {
      interrupted = true;
      job.kill();
    }
    loop_.dispatch();
  }
  const int64_t code = job.finish();
  console_.renew_program_input();
  return interrupted ? kInterruptedCode : code;
}

bool Shell::pass_on_typing(bool to_program) {
  if (!console_.is_terminal()) return false;
  char byte = '\0';
  while (console_.next_key(&byte)) {
    switch (typed_line_.take(byte)) {
      case TypedLine::Result::More:
        break;
      case TypedLine::Result::Interrupted:
        return true;
      case TypedLine::Result::EndOfInput:
        if (to_program) console_.end_program_input();
        break;
      case TypedLine::Result::Line:
        if (!console_.feed_program(typed_line_.text())) console_.write("\a");
        typed_line_.clear();
        break;
    }
  }
  // The terminal has gone, and with it who could end the program.
  if (console_.ended()) return true;
  console_.wait_for_input();
  return false;
}

int64_t Shell::wait_for_background(int number) {
  waited_code_ = 0;
  const auto waiting = [&](const Job& job) {
    return job.number() != 0 && (number == 0 || job.number() == number) && job.running();
  };
  while (std::ranges::any_of(jobs_, waiting)) {
    if (pass_on_typing(false)) return kInterruptedCode;
    loop_.dispatch();
    report_finished_jobs();
  }
  return waited_code_;
}

Job* Shell::free_slot() {
  const auto slot = std::ranges::find(jobs_, 0, &Job::number);
  return slot == std::end(jobs_) ? nullptr : slot;
}

void Shell::report_finished_jobs() {
  for (Job& job : jobs_) {
    if (job.number() != 0 && job.background() && !job.running()) waited_code_ = job.finish();
  }
}

void Shell::kill_all_jobs() {
  for (Job& job : jobs_) {
    if (job.number() != 0) job.kill();
  }
}

}  // namespace shell
