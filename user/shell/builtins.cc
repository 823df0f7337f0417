#include "shell/builtins.h"

#include <zircon/syscalls.h>

#include <algorithm>

#include "lib/boot_image.h"
#include "lib/counters.h"
#include "lib/numbers.h"
#include "lib/startup.h"
#include "lib/system_handles.h"
#include "shell/shell.h"

namespace shell {
namespace {

using Words = std::span<const std::string_view>;

constexpr int64_t kUsageCode = 2;

int64_t usage(Shell& shell, std::string_view name) {
  const Builtin* builtin = find_builtin(name);
  print(shell.console(), "usage: {} {}\n", builtin->name, builtin->usage);
  return kUsageCode;
}

// The kernel's counters, of all CPUs together.
int64_t run_counters(Shell& shell, Words words) {
  if (words.size() > 1) return usage(shell, words[0]);
  user::Counters counters;
  const user::Startup& startup = user::startup();
  const zx_status_t status =
      counters.open(startup.handle(PA_VMO_KERNEL_FILE, 1), startup.handle(PA_VMO_KERNEL_FILE, 2));
  if (status != ZX_OK) {
    print(shell.console(), "counters: {}\n", zx_status_get_string(status));
    return 1;
  }
  for (size_t i = 0; i < counters.count(); ++i) {
    if (!counters.name(i).empty())
      print(shell.console(), "{:<18} {}\n", counters.name(i), counters.sum(i));
  }
  return 0;
}

int64_t run_exit(Shell& shell, Words words) {
  if (words.size() > 2) return usage(shell, words[0]);
  int64_t code = shell.last_code();
  if (words.size() == 2) {
    const auto number = user::parse_number(words[1]);
    if (!number) return usage(shell, words[0]);
    code = static_cast<int64_t>(*number);
  }
  shell.request_exit();
  return code;
}

int64_t run_jobs(Shell& shell, Words words) {
  if (words.size() > 1) return usage(shell, words[0]);
  for (const Job& job : shell.jobs()) {
    if (job.number() != 0) print(shell.console(), "[{}] running: {}\n", job.number(), job.text());
  }
  return 0;
}

int64_t run_wait(Shell& shell, Words words) {
  if (words.size() > 2) return usage(shell, words[0]);
  if (words.size() == 1) return shell.wait_for_background(0);
  const auto number = user::parse_number(words[1]);
  if (!number || *number == 0 || *number > Shell::kMaxJobs) return usage(shell, words[0]);
  return shell.wait_for_background(static_cast<int>(*number));
}

int64_t run_history(Shell& shell, Words words) {
  if (words.size() > 1) return usage(shell, words[0]);
  const History& history = shell.history();
  for (size_t age = history.count(); age-- > 0;) {
    print(shell.console(), "{:5}  ", history.count() - age);
    shell.console().print(history.newest(age));
    shell.console().print("\n");
  }
  return 0;
}

int64_t run_help(Shell& shell, Words words) {
  constexpr std::string_view kIntroduction =
      "A command is a program's name and arguments; programs are the files in bin/.\n"
      "  one | two     two reads what one writes       command &   do not wait for it\n"
      "  one ; two     one after the other             $?          the last exit code\n"
      "Ctrl-C ends the running command, Ctrl-D the input. Tab completes names.\n"
      "Built into the shell:\n";
  shell.console().print(kIntroduction);
  for (const Builtin& builtin : builtins()) {
    char left[40];
    print(shell.console(), "  {:<22} {}\n",
          jacinth::format_into(left, "{} {}", builtin.name, builtin.usage), builtin.meaning);
  }
  shell.console().print("Programs:\n");
  shell.files().for_each([&](std::string_view path, size_t) {
    constexpr std::string_view kPrograms = "bin/";
    if (!path.starts_with(kPrograms)) return;
    path.remove_prefix(kPrograms.size());
    if (!shell.console().at_line_start()) shell.console().print(" ");
    shell.console().print(path);
  });
  shell.console().print("\n");
  return 0;
}

// A memory object with a file's bytes.
zx_status_t copy_of(const user::FileView& file, user::Handle* copy) {
  const zx_status_t status = zx_vmo_create(file.bytes.size(), 0, copy->out());
  return status == ZX_OK ? zx_vmo_write(copy->get(), file.bytes.data(), 0, file.bytes.size())
                         : status;
}

// The kernel in a file goes on in the place of this one, with the same files.
int64_t run_mexec(Shell& shell, Words words) {
  if (words.size() != 2) return usage(shell, words[0]);
  const user::FileView file = shell.files().find(words[1]);
  user::Handle kernel;
  zx_status_t status = ZX_ERR_NOT_FOUND;
  if (file.bytes.data() != nullptr) status = copy_of(file, &kernel);
  user::Handle image;
  if (status == ZX_OK)
    status = user::make_boot_image(user::startup().handle(PA_VMO_BOOTFS), &image);
  if (status == ZX_OK) status = zx_system_mexec(user::root_resource(), kernel.get(), image.get());
  print(shell.console(), "mexec: {}: {}\n", words[1], zx_status_get_string(status));
  return 1;
}

// Shell::run_pipeline() takes these off before it looks for built-ins; here they have no command.
int64_t run_prefix(Shell& shell, Words words) { return usage(shell, words[0]); }

constexpr Builtin kBuiltins[] = {
    {"counters", "", "what the kernel has counted since it started", run_counters},
    {"exit", "[CODE]", "end the shell, with the last exit code", run_exit},
    {"help", "", "this text", run_help},
    {"history", "", "the lines entered before", run_history},
    {"jobs", "", "the commands running in the background", run_jobs},
    {"mexec", "KERNEL", "go on as the kernel in a file, without the firmware", run_mexec},
    {"time", "COMMAND", "say how long the command takes", run_prefix},
    {"trace", "COMMAND", "print the system calls of the command's programs", run_prefix},
    {"wait", "[NUMBER]", "wait for background commands", run_wait},
};

}  // namespace

std::span<const Builtin> builtins() { return kBuiltins; }

const Builtin* find_builtin(std::string_view name) {
  const auto* found = std::ranges::find(kBuiltins, name, &Builtin::name);
  return found == std::end(kBuiltins) ? nullptr : found;
}

}  // namespace shell
