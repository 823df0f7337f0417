// The kernel's part of every address space:
//
//   ffff'8000'0000'0000   direct map: all RAM at its physical address from here; never executable
//   ffff'ff00'0000'0000   window: kernel stacks with guard pages, devices, firmware tables
//   ffff'ffff'8000'0000   the kernel's image, at its physical address from here
//
// Shared with the assembler, which sees the numbers only.
#pragma once

#define X86_64_IMAGE_BASE 0xffffffff80000000

// What the AP trampoline is copied to: a page below 1 MiB, since a CPU starts in 16-bit mode.
#define X86_64_TRAMPOLINE 0x8000

#define X86_64_KERNEL_CODE 0x08
#define X86_64_KERNEL_DATA 0x10
#define X86_64_USER_DATA 0x1b
#define X86_64_USER_CODE 0x23
#define X86_64_TASK_STATE 0x28

#ifndef __ASSEMBLER__

#include <cstddef>
#include <cstdint>

#include "base/units.h"

namespace jacinth::x86_64 {

inline constexpr uintptr_t kDirectMap = 0xffff'8000'0000'0000;
inline constexpr uint64_t kDirectMapBytes = uint64_t{64} << 40;
inline constexpr uintptr_t kWindow = 0xffff'ff00'0000'0000;
inline constexpr uint64_t kWindowBytes = uint64_t{256} << 30;
inline constexpr uintptr_t kImageBase = X86_64_IMAGE_BASE;

// Programs own [kUserBase, kUserLimit). The page below 2^47 stays empty: an instruction there would
// end at an address that SYSRET must never be given.
inline constexpr uintptr_t kUserBase = 0x10000;
inline constexpr uintptr_t kUserLimit = 0x7fff'ffff'f000;

inline constexpr size_t kKernelStackBytes = 32 * 1024;
inline constexpr size_t kEmergencyStackBytes = kPageSize;

constexpr uintptr_t direct(PhysAddr address) { return kDirectMap + raw(address); }

}  // namespace jacinth::x86_64

#endif
