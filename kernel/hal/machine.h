// The machine as a whole: entropy, power, identity.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "hal/cpu.h"

namespace jacinth::hal {

// Starts CPUs 1 .. cpu_count() - 1, each on its own stack, in entry(cpu). CPU 0 calls it once.
void start_cpus(void (*entry)(CpuId cpu));

// Fills with unpredictable bytes (in the simulator: from the seed). Any context.
void entropy(std::span<std::byte> out);

// Ends the machine; `status` becomes the exit status where there is someone to see it (0..255).
[[noreturn]] void power_off(int status);
[[noreturn]] void reboot();

// "sim", "host", "x86_64" or "riscv64".
std::string_view machine_name();

// Limits and features that programs may ask for.
struct CpuFeatures {
  uint32_t flags;
  uint32_t hw_breakpoints;
  uint32_t hw_watchpoints;
  uint32_t dcache_line_bytes;
  uint32_t icache_line_bytes;
};
CpuFeatures cpu_features();

}  // namespace jacinth::hal
