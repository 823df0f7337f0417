// What a machine hands to the kernel when it starts it, and where it starts it.
//
// Contract. The machine brings up CPU 0 with its stack, its trap entry, the direct map and the
// console, and calls kernel_main() once, there, with interrupts masked. kernel_main() makes the
// heap, the executors and everything that CPUs share, then has the machine start the other CPUs
// (hal::start_cpus, hal/machine.h), and ends in the executor's loop. Neither it nor the other CPUs'
// entry returns. kernel/boot/ defines it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace jacinth::hal {

// What calls the first program makes: chosen on the machine's command line.
enum class Personality : uint8_t { Zircon, Linux, Xv6 };

enum class LogLevel : uint8_t { None, Error, Warning, Info, Debug };

// Images lie in the direct map, page aligned, in memory outside hal::ram_ranges(): they may be made
// into memory objects as they are, up to the end of their last page, and are never freed. The
// bytes between an image's end and its page's end are zero.
struct BootInfo {
  Personality personality = Personality::Zircon;
  LogLevel log_level = LogLevel::Info;
  // Call-trace mask of the first process: bit n is call number n modulo 64; all ones traces all.
  uint64_t trace_mask = 0;
  std::string_view command_line;        // the kernel's and the first program's; not terminated
  std::span<const std::byte> zbi;       // the boot image, whole, as the user gave it
  std::span<const std::byte> userboot;  // the first program; empty: none is built in
  std::span<const std::byte> vdso;      // the call library; empty: none is built in
  // For Linux: an archive (cpio) of the first root file system, and what the first program is
  // given, strings with a NUL each; empty: the personality's choice.
  std::span<const std::byte> ramdisk;
  std::string_view arguments;
  std::string_view environment;
};

}  // namespace jacinth::hal

namespace jacinth {

// CPU 0's way into the kernel. `info` and what it refers to stay for ever.
[[noreturn]] void kernel_main(const hal::BootInfo& info);

}  // namespace jacinth
