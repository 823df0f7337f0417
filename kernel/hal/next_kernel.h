// Going on as another kernel, without the firmware in between.
#pragma once

#include <cstddef>
#include <span>

#include "base/result.h"

namespace jacinth::hal {

// Each lies in the direct map, in frames in a row, from the start of one on.
struct NextKernel {
  std::span<const std::byte> kernel;      // the file, as a boot loader of this machine takes it
  std::span<const std::byte> boot_image;  // what the next kernel is given
  std::span<std::byte> kit;               // for the machine's use: kNextKernelKitBytes
};
inline constexpr size_t kNextKernelKitBytes = 128 * 1024;

// Whether the machine can go on so, with the command line that this kernel was started with.
// INVALID_ARGS: `kernel` is none for this machine, or belongs where there is no RAM. NO_MEMORY:
// something of the above lies where that kernel has to be, or where it cannot be reached.
// NOT_SUPPORTED: the machine cannot at all.
Result<> check_next_kernel(const NextKernel& next);

// Checked before. On CPU 0, when no other runs an activity: stops those and the devices.
[[noreturn]] void start_next_kernel(const NextKernel& next);

}  // namespace jacinth::hal
