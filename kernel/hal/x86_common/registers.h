// The x86-64 register sets in the layouts of zx_thread_state_*_t, and the checks on values that a
// debugger wants to set.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "base/result.h"
#include "hal/registers.h"

namespace jacinth::hal::x86 {

struct GeneralRegisters {
  uint64_t rax, rbx, rcx, rdx, rsi, rdi, rbp, rsp;
  uint64_t r8, r9, r10, r11, r12, r13, r14, r15;
  uint64_t rip, rflags, fs_base, gs_base;
};
static_assert(sizeof(GeneralRegisters) == 160);

struct DebugRegisters {
  uint64_t dr[4], dr6, dr7;
};
static_assert(sizeof(DebugRegisters) == 48);

inline constexpr uint64_t kFlagAlwaysOne = 1u << 1;
inline constexpr uint64_t kFlagTrap = 1u << 8;
inline constexpr uint64_t kFlagInterrupt = 1u << 9;
inline constexpr uint64_t kFlagDirection = 1u << 10;
inline constexpr uint64_t kFlagNestedTask = 1u << 14;
inline constexpr uint64_t kFlagResume = 1u << 16;  // the next instruction meets no breakpoint
inline constexpr uint64_t kFlagAlignment = 1u << 18;
// CF PF AF ZF SF TF DF OF AC ID: what a program may set. Not NT, which makes IRET fault.
inline constexpr uint64_t kUserFlags = 0x240dd5;
inline constexpr uint64_t kInitialFlags = kFlagAlwaysOne | kFlagInterrupt;

// DR7 as after reset, and DR6's bits that read as one.
inline constexpr uint64_t kInitialDr7 = 0x400;
inline constexpr uint64_t kInitialDr6 = 0xffff0ff0;

constexpr bool is_canonical(uint64_t address) {
  return static_cast<uint64_t>(static_cast<int64_t>(address << 16) >> 16) == address;
}
constexpr bool is_user_half(uint64_t address) { return address >> 47 == 0; }

// A set's own size is all that is read; a longer buffer's rest stays as it is.
template <typename T>
Result<> copy_out(const T& set, std::span<std::byte> out) {
  if (out.size() < sizeof set) return fail(Status::BufferTooSmall);
  memcpy(out.data(), &set, sizeof set);
  return {};
}
template <typename T>
Result<> copy_in(std::span<const std::byte> in, T* set) {
  if (in.size() < sizeof *set) return fail(Status::BufferTooSmall);
  if (in.size() > sizeof *set) return fail(Status::InvalidArgs);
  memcpy(set, in.data(), sizeof *set);
  return {};
}

// Sets `registers` from what a debugger wrote; flags that are not the program's keep their value.
Result<> write_general(GeneralRegisters& registers, std::span<const std::byte> in);
// Breakpoints in the user half only, reserved bits as the processor has them.
Result<> write_debug(DebugRegisters& registers, std::span<const std::byte> in);

}  // namespace jacinth::hal::x86
