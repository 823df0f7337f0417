// From options to a running kernel.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

namespace jacinth::launcher {

// Numbered as in hal/boot.h.
enum class Personality : uint32_t { Zircon, Linux, Xv6 };
enum class LogLevel : uint32_t { None, Error, Warning, Info, Debug };

inline constexpr uint64_t kLeastMemory = 16 << 20;
inline constexpr uint32_t kMostCpus = 64;

struct LaunchOptions {
  Personality personality = Personality::Zircon;
  LogLevel log_level = LogLevel::Info;
  uint64_t trace_mask = 0;
  std::string command_line;
  std::string zbi;  // files; empty: none, or for the last two the built-in one
  std::string userboot;
  std::string vdso;
  // For Linux: an archive or a directory that is the root file system, and the first program.
  std::string root;
  std::vector<std::string> arguments;
  std::vector<std::string> environment;
  std::vector<std::string> folders;  // HOSTDIR:DIR
  uint64_t memory = 256 << 20;
  uint32_t cpus = 1;
  bool slow_calls = false;
  bool copy_root = false;  // leave a root that is a directory as it is
};

// What the user can mend; the message is one line.
struct LaunchError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Virtual CPUs when the user does not say: as many as the host offers, at most 4.
uint32_t default_cpus();

// Ends in the kernel, which ends the program. `argv` is for starting the program anew.
[[noreturn]] void launch(const LaunchOptions& options, char** argv);

}  // namespace jacinth::launcher
