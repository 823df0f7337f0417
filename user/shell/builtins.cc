#include "shell/builtins.h"

#include <algorithm>

#include "lib/numbers.h"
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

// Shell::run_pipeline() takes these off before it looks for built-ins; here they have no command.
int64_t run_prefix(Shell& shell, Words words) { return usage(shell, words[0]); }

constexpr Builtin kBuiltins[] = {
    {"exit", "[CODE]", "end the shell, with the last exit code", run_exit},
    {"help", "", "this text", run_help},
    {"history", "", "the lines entered before", run_history},
    {"jobs", "", "the commands running in the background", run_jobs},
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
