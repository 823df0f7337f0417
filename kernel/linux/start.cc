#include "linux/start.h"

#include <algorithm>
#include <atomic>

#include "fs/host_mapping.h"
#include "fs/initramfs.h"
#include "fs/mount.h"
#include "fs/operations.h"
#include "fs/tmpfs.h"
#include "hal/machine.h"
#include "linux/files/stream_file.h"
#include "linux/first_mounts.h"
#include "linux/futex/futex_table.h"
#include "linux/memory/out_of_memory.h"
#include "linux/program/execution.h"
#include "linux/program/vdso.h"
#include "linux/sockets/socket_argument.h"
#include "linux/task/clone.h"
#include "linux/task/task_table.h"
#include "linux/tty/console_terminal.h"
#include "linux/tty/terminal_file.h"
#include "object/task/job.h"

namespace jacinth::linux {
namespace {

// Strings with a NUL each, the last one's included.
template <size_t kBytes>
constexpr std::string_view with_nuls(const char (&text)[kBytes]) {
  return {text, kBytes};
}
constexpr std::string_view kDefaultArguments = with_nuls("/bin/sh");
constexpr std::string_view kDefaultEnvironment = with_nuls(
    "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\0HOME=/root\0TERM=linux");

constinit std::atomic<int32_t> first_id{0};

// What the first program is to be; constant once it runs.
struct FirstProgram {
  std::string_view arguments;
  std::string_view environment;
} constinit first_program;

struct Tree {
  RefPtr<fs::MountNamespace> mounts;
  fs::Path root;
};

ErrnoOr<Tree> make_tree(std::span<const std::byte> ramdisk) {
  Tree tree;
  tree.mounts = TRY(fs::MountNamespace::create(TRY(mount_root())));
  tree.root = tree.mounts->root();
  if (!ramdisk.empty()) TRY(fs::CpioUnpacker(ramdisk, tree.root).run());
  TRY(mount_first(*tree.mounts, tree.root));
  return tree;
}

ErrnoOr<RefPtr<fs::File>> open_console(const Tree& tree) {
  const fs::Credentials kernel{.capabilities = fs::capability::kAll};
  const fs::WalkFrom from{.root = tree.root, .base = tree.root, .who = kernel};
  const fs::Path place = TRY(fs::walk(from, "/dev/console", fs::walk_flags::kFollow));
  return open_terminal(RefPtr<Terminal>(&console_terminal()), place, RefPtr(&place.node()),
                       fs::open_flags::kReadWrite);
}

// Streams that are a terminal are the console, which then controls the first program's session;
// others are what they are: streams.
ErrnoOr<> open_streams(const Tree& tree, LinuxThread& thread) {
  constexpr uint64_t kNoLimit = 16;
  constexpr hal::Stream kStreams[] = {hal::Stream::Input, hal::Stream::Output, hal::Stream::Error};
  RefPtr<fs::File> console;
  for (const hal::Stream stream : kStreams) {
    const bool terminal = hal::stream_is_terminal(stream);
    if (terminal && !console) {
      console = TRY(open_console(tree));
      console_terminal().control_if_free(thread.process());
    }
    TRY(thread.files->add(terminal ? console : TRY(open_stream(stream)), false, kNoLimit));
  }
  return {};
}

ErrnoOr<NewTask> make_first(const hal::BootInfo& info, const char** explain) {
  *explain = "the root file system cannot be unpacked, or has no room for /dev and /proc";
  TRY(start_terminals(hal::stream_is_terminal(hal::Stream::Input)));
  Tree tree = TRY(make_tree(info.ramdisk));
  *explain = "out of memory";
  auto job = TRY(to_errno(Job::create_root()));
  NewTask task = TRY(make_first_task(std::move(job), "linux"));
  LinuxThread& thread = *task.thread;
  thread.files = TRY(FileTable::create());
  thread.fs = TRY(to_errno(FsContext::create(tree.mounts, tree.root, tree.root, 022)));
  TRY(open_streams(tree, thread));
  task.object->process().set_call_trace(info.trace_mask);
  return task;
}

ErrnoOr<ProgramStrings> strings_of(const FirstProgram& program) {
  ProgramStrings strings;
  for (const std::string_view part : {program.arguments, program.environment}) {
    if (part.data() == program.environment.data())
      strings.environment_offset = strings.bytes.size();
    for (const char c : part) TRY(to_errno(strings.bytes.push_back(c)));
  }
  strings.argument_count = static_cast<size_t>(std::ranges::count(program.arguments, '\0'));
  strings.environment_count = static_cast<size_t>(std::ranges::count(program.environment, '\0'));
  return strings;
}

// Looks the program up as a shell would.
ErrnoOr<fs::Path> find_program(LinuxThread& self, std::string_view name) {
  const fs::Path root = self.fs->root();
  const fs::Credentials kernel{.capabilities = fs::capability::kAll};
  const fs::WalkFrom from{.root = root, .base = root, .who = kernel};
  if (name.contains('/')) return fs::walk(from, name, fs::walk_flags::kFollow);
  for (const std::string_view directory : {"/usr/local/bin/", "/usr/bin/", "/bin/", "/sbin/"}) {
    std::array<char, 256> path;
    if (directory.size() + name.size() > path.size()) return fail(Errno::NAMETOOLONG);
    const auto end = std::ranges::copy(name, std::ranges::copy(directory, path.begin()).out).out;
    const std::string_view text(path.data(), static_cast<size_t>(end - path.begin()));
    auto place = fs::walk(from, text, fs::walk_flags::kFollow);
    if (place) return place;
  }
  return fail(Errno::NOENT);
}

}  // namespace

exec::Task<Status> run_first_program(LinuxThread& self) {
  constexpr int32_t kNotFound = 127, kCannotRun = 126;
  const std::string_view name = first_program.arguments.data();
  auto run = [&]() -> ErrnoOr<std::pair<fs::Path, Vector<char>>> {
    Vector<char> text;
    for (const char c : name) TRY(to_errno(text.push_back(c)));
    TRY(to_errno(text.push_back('\0')));
    return std::pair(TRY(find_program(self, name)), std::move(text));
  };
  auto found = run();
  Errno error{};
  if (!found) {
    error = found.error();
  } else {
    auto strings = strings_of(first_program);
    if (!strings) {
      error = strings.error();
    } else {
      const auto done = co_await execute(self, std::move(found->first), std::move(found->second),
                                         std::move(*strings));
      if (done) co_return Status::Ok;
      error = done.error();
    }
  }
  char line[200];
  hal::stream_write(hal::Stream::Error,
                    format_into(line, "jacinth: cannot run {}: {}\n", name, errno_name(error)));
  self.process().exit_group((error == Errno::NOENT ? kNotFound : kCannotRun) << 8);
  co_return Status::Ok;
}

Result<> start(const hal::BootInfo& info, const char** explain) {
  keep_memory_for_kernel();
  net::set_sender_source(&sender_of_current_thread);
  make_tasks();
  make_futexes();
  first_program = {
      .arguments = info.arguments.empty() ? kDefaultArguments : info.arguments,
      .environment = info.environment.empty() ? kDefaultEnvironment : info.environment};
  *explain = "out of memory";
  TRY(make_vdso());
  auto task = make_first(info, explain);
  if (!task) return fail(task.error() == Errno::NOMEM ? Status::NoMemory : Status::InvalidArgs);
  first_id = task->process->id();
  *explain = "out of memory";
  TRY(task->object->process().start_prepared(*task->object));
  *explain = "";
  return {};
}

bool is_first_program(const LinuxProcess& process) { return process.id() == first_id; }

void note_process_end(int32_t id, int32_t status) {
  constexpr int32_t kKilled = 128;
  if (id != first_id) return;
  fs::HostMapping::write_back_every_file();
  const int32_t signal = status & 0x7f;
  hal::power_off(signal != 0 ? kKilled + signal : status >> 8 & 0xff);
}

}  // namespace jacinth::linux
