// The command line of the program `jacinth`.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cstdio>
#include <map>
#include <optional>

#include "hal/host/launcher/launch.h"

namespace {

using jacinth::launcher::LaunchError;
using jacinth::launcher::LaunchOptions;
using jacinth::launcher::LogLevel;

constexpr int kUsageStatus = 2;
constexpr int kFailureStatus = 1;

// "64M" and the like, in bytes.
std::optional<uint64_t> parse_size(const std::string& text) {
  size_t used = 0;
  uint64_t number = 0;
  while (used < text.size() && text[used] >= '0' && text[used] <= '9') {
    if (__builtin_mul_overflow(number, uint64_t{10}, &number)) return std::nullopt;
    if (__builtin_add_overflow(number, text[used] - '0', &number)) return std::nullopt;
    ++used;
  }
  if (used == 0 || text.size() - used > 1) return std::nullopt;
  static const std::map<std::string, unsigned> kShifts = {{"", 0}, {"K", 10}, {"M", 20}, {"G", 30}};
  const auto shift = kShifts.find(text.substr(used));
  if (shift == kShifts.end() || number > (~uint64_t{0} >> shift->second)) return std::nullopt;
  return number << shift->second;
}

std::string check_size(std::string& text) {
  const auto bytes = parse_size(text);
  if (!bytes) return "not a size: " + text + " (a number and K, M or G)";
  if (*bytes < jacinth::launcher::kLeastMemory) return "at least 16M of memory are needed";
  if (*bytes > uint64_t{1} << 39) return "at most 512G of memory are possible";
  text = std::to_string(*bytes);
  return {};
}

std::string check_mask(std::string& text) {
  if (text == "all") text = std::to_string(~uint64_t{0});
  uint64_t mask = 0;
  if (!CLI::detail::lexical_cast(text, mask)) return "not a mask: " + text;
  text = std::to_string(mask);
  return {};
}

std::string check_level(std::string& text) {
  static constexpr std::array kLevels = {"none", "error", "warning", "info", "debug"};
  const auto found = std::ranges::find(kLevels, text);
  if (found == kLevels.end())
    return "not a level: " + text + " (none, error, warning, info or debug)";
  text = std::to_string(found - kLevels.begin());
  return {};
}

// What both kinds of program can be started with.
void add_common_options(CLI::App& command, LaunchOptions& options) {
  command.add_option("--cpus", options.cpus, "virtual CPUs (1..64)")
      ->check(CLI::Range(1u, jacinth::launcher::kMostCpus, ""))
      ->type_name("N");
  command.add_option("--memory", options.memory, "RAM, for example 512M or 1G")
      ->transform(CLI::Validator(check_size, ""))
      ->type_name("SIZE");
  command.add_option("--trace", options.trace_mask, "print system calls: a mask, or all")
      ->transform(CLI::Validator(check_mask, ""))
      ->type_name("MASK");
  command.add_option("--log", options.log_level, "kernel log on the console")
      ->transform(CLI::Validator(check_level, ""))
      ->type_name("LEVEL");
}

void add_zircon_options(CLI::App& zircon, LaunchOptions& options) {
  zircon.add_option("IMAGE", options.zbi, "boot image (ZBI)")->required()->type_name("FILE");
  zircon.add_option("--cmdline", options.command_line,
                    "kernel command line; userboot and the first program read it");
  zircon.add_option("--userboot", options.userboot, "another userboot (ELF)")->type_name("FILE");
  zircon.add_option("--vdso", options.vdso, "another libzircon.so, with call slots")
      ->type_name("FILE");
  add_common_options(zircon, options);
}

void add_linux_options(CLI::App& linux_command, LaunchOptions& options) {
  linux_command
      .add_option(
          "--root", options.root,
          "root file system: a directory, which programs may change, or a cpio archive that "
          "may be compressed by gzip")
      ->required()
      ->type_name("DIR|IMAGE");
  linux_command.add_flag("--copy", options.copy_root,
                         "copy a directory given with --root into memory, and leave it as it is");
  linux_command.add_option("--env", options.environment, "a variable of the first program")
      ->type_name("NAME=VALUE");
  linux_command.add_flag("--slow-calls", options.slow_calls,
                         "leave programs' code as it is, for those that check their own");
  linux_command
      .add_option("--bind", options.folders, "a directory of the host that programs may change")
      ->type_name("HOSTDIR:DIR");
  linux_command.add_option("PROGRAM", options.arguments, "the first program and its arguments");
  linux_command.positionals_at_end();
  add_common_options(linux_command, options);
}

// What a Linux program's user expects: its own output and nothing else.
void prefer_linux(LaunchOptions& options) {
  options.personality = jacinth::launcher::Personality::Linux;
}

// The first line of what is wrong.
int complain(std::string_view message, int status) {
  message = message.substr(0, message.find('\n'));
  std::fprintf(stderr, "jacinth: %.*s\n", static_cast<int>(message.size()), message.data());
  return status;
}

}  // namespace

int main(int argc, char** argv) {
  LaunchOptions options;
  options.cpus = jacinth::launcher::default_cpus();
  CLI::App app("Jacinth: an operating-system kernel as a Linux process.", "jacinth");
  app.set_version_flag("--version", "jacinth " JACINTH_VERSION);
  app.require_subcommand(1);
  add_zircon_options(*app.add_subcommand("zircon", "boot a ZBI image"), options);
  CLI::App& linux_command = *app.add_subcommand("linux", "run a Linux program");
  add_linux_options(linux_command, options);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);
    return complain(error.what(), kUsageStatus);
  }
  if (linux_command.parsed()) prefer_linux(options);
  try {
    jacinth::launcher::launch(options, argv);
  } catch (const LaunchError& error) {
    return complain(error.what(), kFailureStatus);
  }
}
