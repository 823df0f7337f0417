#include "shell/job.h"

#include <zircon/syscalls.h>

#include <algorithm>
#include <cstring>

#include "lib/startup.h"
#include "lib/system_handles.h"

namespace shell {
namespace {

constexpr int64_t kCannotRun = 126;
constexpr int64_t kNotFound = 127;
// A socket holds no more; so this is enough to empty it once nobody writes.
constexpr int kMostReads = 256;

user::Handle duplicate(zx_handle_t lent) {
  user::Handle copy;
  zx_handle_duplicate(lent, ZX_RIGHT_SAME_RIGHTS, copy.out());
  return copy;
}

std::span<const std::string_view> environment(std::span<std::string_view> storage) {
  const auto entries = user::startup().environ();
  const size_t count = std::min(entries.size(), storage.size());
  for (size_t i = 0; i < count; ++i) storage[i] = entries[i];
  return storage.first(count);
}

}  // namespace

bool Job::prepare(const Surroundings& surroundings, const CommandLine& line, int number) {
  surroundings_ = &surroundings;
  number_ = number;
  background_ = line.background();
  discard_output_ = false;
  code_ = 0;
  count_ = 0;
  text_length_ = std::min(line.text().size(), sizeof(text_));
  memcpy(text_, line.text().data(), text_length_);
  if (make(line)) return true;
  abandon();
  return false;
}

bool Job::make(const CommandLine& line) {
  zx_status_t status = zx_job_create(surroundings_->root_job, 0, job_.out());
  if (status == ZX_OK)
    status = zx_socket_create(ZX_SOCKET_STREAM, output_writer_.out(), output_.out());
  if (status != ZX_OK) return fail(text(), status);
  constexpr std::string_view kName = "shell-job";
  zx_object_set_property(job_.get(), ZX_PROP_NAME, kName.data(), kName.size());
  // Without it a crash is told in fewer words.
  if (zx_task_create_exception_channel(job_.get(), 0, exceptions_.out()) == ZX_OK)
    surroundings_->loop.watch(exceptions_.get(), ZX_CHANNEL_READABLE, exception_watcher_);

  user::Handle input;
  if (!background_) {
    input = duplicate(surroundings_->console.program_input());
  } else {
    // Its other end is closed at once: nothing to read.
    user::Handle writer;
    zx_socket_create(ZX_SOCKET_STREAM, writer.out(), input.out());
  }
  for (size_t i = 0; i < line.command_count(); ++i) {
    user::Handle output, next_input;
    if (i + 1 == line.command_count()) {
      output = duplicate(output_writer_.get());
    } else {
      status = zx_socket_create(ZX_SOCKET_STREAM, output.out(), next_input.out());
      if (status != ZX_OK) return fail(text(), status);
    }
    if (!prepare_program(line, i, input, static_cast<user::Handle&&>(output))) return false;
    input = static_cast<user::Handle&&>(next_input);
  }
  output_writer_.reset();
  return true;
}

bool Job::prepare_program(const CommandLine& line, size_t index, user::Handle& input,
                          user::Handle output) {
  const auto words = line.command(index);
  const std::string_view name = words[0];
  char path[jacinth::image::kBootfsNameMax];
  user::Program program;
  zx_status_t status = user::find_program(
      surroundings_->files, name.contains('/') ? name : jacinth::format_into(path, "bin/{}", name),
      &program);
  if (status == ZX_ERR_NOT_FOUND) return fail(name, status);
  if (status != ZX_OK) return fail(name, ZX_ERR_IO_DATA_INTEGRITY);

  std::string_view storage[user::Startup::kMaxStrings];
  program.name = name.substr(name.rfind('/') + 1);
  program.arguments = words;
  program.environment = environment(storage);
  program.job = job_.get();
  program.vdso = user::startup().handle(PA_VMO_VDSO);
  user::GivenHandle given[] = {
      {PA_HND(PA_FD, 0), static_cast<user::Handle&&>(input)},
      {PA_HND(PA_FD, 1), static_cast<user::Handle&&>(output)},
      {PA_HND(PA_FD, 2), duplicate(output_writer_.get())},
      {PA_HND(PA_RESOURCE, 0), duplicate(user::root_resource())},
      {PA_HND(PA_VMO_BOOTFS, 0), duplicate(user::startup().handle(PA_VMO_BOOTFS))},
      {user::kRootJobInfo, duplicate(surroundings_->root_job)},
      {PA_HND(PA_CLOCK_UTC, 0), user::utc_clock_to_read()},
  };
  program.handles = given;
  Process& process = processes_[index];
  zx_channel_create(0, process.loader_.out(), program.loader_service.out());
  status = user::prepare(program, &prepared_[index]);
  if (status != ZX_OK) return fail(name, status);

  zx_info_handle_basic_t info{};
  zx_object_get_info(prepared_[index].process(), ZX_INFO_HANDLE_BASIC, &info, sizeof(info), nullptr,
                     nullptr);
  process.surroundings_ = surroundings_;
  process.koid_ = info.koid;
  process.ended_ = true;
  process.crash_ = {};
  jacinth::BufferSink(process.name_).write(program.name.substr(0, sizeof(process.name_) - 1));
  process.name_[std::min(program.name.size(), sizeof(process.name_) - 1)] = '\0';
  count_ = index + 1;
  return true;
}

bool Job::run() {
  watch_output();
  for (size_t i = 0; i < count_; ++i) {
    Process& process = processes_[i];
    const zx_status_t status = prepared_[i].start(&process.process_);
    if (status != ZX_OK) {
      fail(process.name_, status);
      abandon();
      return false;
    }
    process.ended_ = false;
    process.watch_library_requests();
    surroundings_->loop.watch(process.process_.get(), ZX_TASK_TERMINATED, process.end_watcher_);
  }
  return true;
}

bool Job::fail(std::string_view what, zx_status_t status) {
  code_ = status == ZX_ERR_NOT_FOUND ? kNotFound : kCannotRun;
  if (status == ZX_ERR_NOT_FOUND) {
    print(surroundings_->console, "{}: no such program\n", what);
  } else if (status == ZX_ERR_IO_DATA_INTEGRITY) {
    print(surroundings_->console, "{}: not a program\n", what);
  } else {
    print(surroundings_->console, "{}: cannot start: {}\n", what, zx_status_get_string(status));
  }
  return false;
}

void Job::abandon() {
  if (job_) zx_task_kill(job_.get());
  for (auto& prepared : prepared_) prepared = {};
  for (Process& process : processes_) {
    process.process_.reset();
    process.loader_.reset();
    process.ended_ = true;
  }
  job_.reset();
  exceptions_.reset();
  output_.reset();
  output_writer_.reset();
  number_ = 0;
}

bool Job::running() const {
  return std::ranges::any_of(std::span(processes_).first(count_),
                             [](const Process& process) { return !process.ended(); });
}

void Job::kill() {
  discard_output_ = true;
  zx_task_kill(job_.get());
}

void Job::watch_output() {
  surroundings_->loop.watch(output_.get(), ZX_SOCKET_READABLE | ZX_SOCKET_PEER_CLOSED,
                            output_watcher_);
}

bool Job::show_output() {
  char buffer[1024];
  size_t count = 0;
  if (zx_socket_read(output_.get(), 0, buffer, sizeof(buffer), &count) != ZX_OK) return false;
  if (!discard_output_) surroundings_->console.print({buffer, count});
  return true;
}

void Job::on_output(zx_signals_t) {
  // Nothing to read and yet told: everybody has closed it.
  if (output_ && show_output()) watch_output();
}

void Job::on_exception(zx_signals_t) {
  CrashReport report;
  if (!exceptions_ || !take_crash(exceptions_.get(), &report)) return;
  for (Process& process : std::span(processes_).first(count_)) {
    if (process.koid_ == report.process) process.crash_ = report;
  }
  surroundings_->loop.watch(exceptions_.get(), ZX_CHANNEL_READABLE, exception_watcher_);
}

int64_t Job::finish() {
  // What the programs have started and left behind goes with them.
  zx_task_kill(job_.get());
  for (int i = 0; i < kMostReads && show_output(); ++i) {
  }
  const Process& last = processes_[count_ - 1];
  code_ = last.code();
  for (const Process& process : std::span(processes_).first(count_)) {
    // An earlier program's exit code is its neighbours' business; its crash is the user's.
    if (process.code() == 0 || (process.code() > 0 && &process != &last)) continue;
    char text[64];
    if (!background_)
      print(surroundings_->console, "{}: {}\n", process.name_, process.how_it_ended(text));
  }
  if (background_) {
    char text[64];
    print(surroundings_->console, "[{}] {}: {}\n", number_, last.how_it_ended(text), this->text());
  }
  abandon();
  return code_;
}

}  // namespace shell
