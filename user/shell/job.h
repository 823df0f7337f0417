// A pipeline of programs, running in a Zircon job of its own: so Ctrl-C ends all of it at once,
// with whatever its programs have started themselves.
#pragma once

#include <zircon/types.h>

#include <optional>
#include <string_view>

#include "lib/boot_files.h"
#include "lib/handle.h"
#include "lib/spawn.h"
#include "shell/console.h"
#include "shell/crash_report.h"
#include "shell/event_loop.h"
#include "shell/parser.h"

namespace shell {

// What every job needs of the shell.
struct Surroundings {
  EventLoop& loop;
  Console& console;
  const user::BootFiles& files;
  zx_handle_t root_job;
};

// One program of a pipeline.
class Process {
 public:
  Process() = default;
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  bool ended() const { return ended_; }
  // After the end: what it returned, or ZX_TASK_RETCODE_*.
  int64_t code() const { return code_; }
  // "exited with 3", "killed", "page fault: …".
  std::string_view how_it_ended(std::span<char> text) const;

 private:
  friend class Job;
  void on_end(zx_signals_t);
  void on_library_request(zx_signals_t);
  void watch_library_requests();

  const Surroundings* surroundings_ = nullptr;
  user::Handle process_;
  user::Handle loader_;
  zx_koid_t koid_ = ZX_KOID_INVALID;
  bool ended_ = true;
  int64_t code_ = 0;
  CrashReport crash_;
  char name_[ZX_MAX_NAME_LEN] = {};
  MemberWatcher<Process> end_watcher_{this, &Process::on_end};
  MemberWatcher<Process> loader_watcher_{this, &Process::on_library_request};
};

class Job {
 public:
  Job() = default;
  Job(const Job&) = delete;
  Job& operator=(const Job&) = delete;

  // Starts the pipeline, in two steps: after prepare() the processes exist but do not run. False
  // when that failed, which it has then said on the console, and code() is what a shell returns for
  // it.
  bool prepare(const Surroundings& surroundings, const CommandLine& line, int number);
  bool run();

  // Some program has not ended yet.
  bool running() const;
  // Ends all programs; what they wrote and nobody has seen is dropped.
  void kill();
  // Once nothing is running: shows the rest of the output, says how the programs ended unless well,
  // and frees the slot. Returns the last program's exit code.
  int64_t finish();

  int number() const { return number_; }  // 0: the slot is free
  bool background() const { return background_; }
  std::string_view text() const { return {text_, text_length_}; }
  int64_t code() const { return code_; }
  // The processes, for the call trace.
  size_t process_count() const { return count_; }
  zx_koid_t koid_of(size_t index) const { return processes_[index].koid_; }

 private:
  bool make(const CommandLine& line);
  bool prepare_program(const CommandLine& line, size_t index, user::Handle& input,
                       user::Handle output);
  bool fail(std::string_view what, zx_status_t status);
  void abandon();
  void watch_output();
  void on_output(zx_signals_t);
  void on_exception(zx_signals_t);
  // Shows what has been written, at most one buffer full; false when there was nothing.
  bool show_output();

  const Surroundings* surroundings_ = nullptr;
  int number_ = 0;
  bool background_ = false;
  bool discard_output_ = false;
  int64_t code_ = 0;
  user::Handle job_;
  user::Handle exceptions_;
  user::Handle output_;         // what programs write to the console
  user::Handle output_writer_;  // only while they are being made
  size_t count_ = 0;
  Process processes_[CommandLine::kMaxCommands];
  user::PreparedProgram prepared_[CommandLine::kMaxCommands];
  char text_[80] = {};
  size_t text_length_ = 0;
  MemberWatcher<Job> output_watcher_{this, &Job::on_output};
  MemberWatcher<Job> exception_watcher_{this, &Job::on_exception};
};

}  // namespace shell
