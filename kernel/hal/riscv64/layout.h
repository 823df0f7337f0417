// Where everything lies in the kernel's half of the addresses, with Sv39 and Sv48 alike: all of it
// is in the last 512 GiB, the part that a table of the third level covers.
//
//     0xffffffc0'00000000   direct map: physical address 0 and on, 128 GiB
//     0xffffffe0'00000000   kernel stacks, a slot for each CPU, the lower half a guard
//     0xffffffff'80000000   the kernel's image
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/units.h"

namespace jacinth::riscv64 {

inline constexpr uint64_t kDirectMap = 0xffff'ffc0'0000'0000;
inline constexpr uint64_t kDirectMapBytes = uint64_t{128} << 30;
inline constexpr uint64_t kStacks = 0xffff'ffe0'0000'0000;
inline constexpr uint64_t kStackBytes = 64 * 1024;
inline constexpr uint64_t kStackSlotBytes = 2 * kStackBytes;

// Programs keep clear of the first and the last pages of their half.
inline constexpr uint64_t kUserBase = 0x10000;
inline constexpr uint64_t kUserGuardBytes = 0x10000;

// The image's parts, from the linker script; each starts on a page of its own.
extern "C" const char kernel_start[], text_end[], rodata_end[], bss_start[], image_end[];

// The highest address of CPU `cpu`'s stack, exclusive.
constexpr uint64_t stack_top(uint32_t cpu) { return kStacks + (cpu + 1) * kStackSlotBytes; }

}  // namespace jacinth::riscv64
